"""One referral: what is inside, who may read it, what became of it, and what can be decided about it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.jobs import ask_seal
from leadline.casefile.actions.referrals import (
    approve_referral,
    correct_referral,
    mark_referral,
    own_silence,
    proposal,
    recall_referral,
)
from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.referrals import PAGE, history_of, items_of, may_approve, package_of, sealed_file
from leadline.dispatch.ledger import MARKS
from leadline.dispatch.sealing import letter, rebuilt
from leadline.errors import ApprovalMissing, NotThere
from leadline.reference.partners.partner import person
from leadline.web import referral_forms as forms
from leadline.web.again import with_fresh_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http.response import HttpResponseBase

    from leadline.casefile.queries.referrals import Package
    from leadline.web.asking import DeskRequest

    Act = Callable[[str, dict[str, Any], Any], str]
_GONE = ("sealed", *MARKS)


@require_GET
def referral(request: DeskRequest, pk: str) -> HttpResponse:
    """One referral."""
    found = package_of(pk, actor=request.user)
    record_reading(request.user, "referral:page:read", pk)
    return package_page(request, found)


def package_page(
    request: DeskRequest, found: Package, *, failed: tuple[str, Form] | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a referral that was read; `failed` names the form that stands open with its errors."""
    one = found.one
    pages = max(1, -(-len(one.order.items) // PAGE))
    stated = request.GET.get("page", "1")
    page = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    told = {
        "title": f"Referral {one.ref}", "found": found, "one": one, "order": one.order,
        "items": items_of(one, page, actor=request.user), "history": history_of(one, actor=request.user),
        "page": page, "pages": pages, "before": page - 1, "after": page + 1,
        "may_approve": may_approve(one, actor=request.user), "verbs": _verbs(request, found, failed),
        "may_seal": _may_seal(request, found), "may_fetch": may(request.user, Verb.REFERRAL_FETCH),
        **_hold(request, found),
    }  # fmt: skip
    return render(request, "desk/referrals/package.html", {**told, **more}, status=status)


def _hold(request: DeskRequest, found: Package) -> dict[str, Any]:
    """What was agreed about the hold, and what the colleague may do about it."""
    said = proposal(found.one.referral) if found.held_by else None
    own = said is not None and person(str(said.facts["by"])) == person(request.user.login)
    return {
        "agreed": said,
        "may_propose": may(request.user, Verb.HOLD_PROPOSE),
        "may_release": said is not None and not own and may(request.user, Verb.HOLD_RELEASE),
    }


def _may_seal(request: DeskRequest, found: Package) -> bool:
    return may(request.user, Verb.REFERRAL_SEAL) and found.one.state in ("approved", *_GONE)


def _mark(ref: str, told: dict[str, Any], actor: Any) -> str:
    mark_referral(ref, told["step"], told["note"], actor=actor)
    return ref


def _own(ref: str, told: dict[str, Any], actor: Any) -> str:
    own_silence(ref, told["note"], actor=actor)
    return ref


def _correct(ref: str, told: dict[str, Any], actor: Any) -> str:
    return correct_referral(ref, told["words"], actor=actor)


def _recall(ref: str, told: dict[str, Any], actor: Any) -> str:
    return recall_referral(ref, told["reason"], actor=actor)


_FORMS: dict[str, tuple[str, type[Form], Verb, tuple[str, ...], Act]] = {
    "mark": ("Note a step", forms.MarkForm, Verb.REFERRAL_MARK, _GONE, _mark),
    "own": ("I take this", forms.OwnForm, Verb.REFERRAL_OWN, _GONE, _own),
    "correct": ("Correct it", forms.CorrectForm, Verb.REFERRAL_DRAFT, _GONE, _correct),
    "recall": ("Take it back", forms.RecallForm, Verb.REFERRAL_RECALL, ("drafted", "approved", *_GONE), _recall),
}


def _verbs(request: DeskRequest, found: Package, failed: tuple[str, Form] | None) -> list[dict[str, Any]]:
    shown = []
    for name, (title, form, verb, states, _) in _FORMS.items():
        if may(request.user, verb) and found.one.state in states:
            is_open = failed is not None and failed[0] == name
            stands = failed[1] if failed and is_open else form(auto_id=f"{name}_%s")
            shown.append({"name": name, "title": title, "form": stands, "open": is_open})
    return shown


@require_POST
def referral_verb(request: DeskRequest, pk: str, name: str) -> HttpResponse:
    """Note a step, take a silence on, or take the referral back."""
    if name not in _FORMS:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    title, form_class, verb, _, act = _FORMS[name]
    found = package_of(pk, actor=request.user)
    permit(request.user, verb)
    form = form_class(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return package_page(request, found, failed=(name, form), status=400)
    target = act(pk, form.cleaned_data, request.user)
    messages.success(request, f"Done: {title[0].lower()}{title[1:]}.")
    return HttpResponseRedirect(reverse("referral", args=[target]))


@require_http_methods(["GET", "POST"])
@with_fresh_factor
def referral_approve(request: DeskRequest, pk: str) -> HttpResponse:
    """What leaves the building, whole on one page; and the approval of it by a second person."""
    permit(request.user, Verb.REFERRAL_APPROVE)
    found = package_of(pk, actor=request.user)
    if found.one.state == "drafted" and not may_approve(found.one, actor=request.user):
        raise ApprovalMissing("you drafted it: a second person must approve it.", advice="Ask a colleague.")
    form = forms.ApproveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _approved(request, pk, form.cleaned_data)
    told = {"title": "Approve", "found": found, "one": found.one, "order": found.one.order, "form": form}
    return render(request, "desk/referrals/approve.html", told, status=400 if form.errors else 200)


def _approved(request: DeskRequest, pk: str, told: dict[str, Any]) -> HttpResponse:
    approve_referral(pk, told["reason"], actor=request.user)
    messages.success(request, "The referral was approved.")
    if told["seal"]:
        job = ask_seal([pk], actor=request.user)
        messages.info(request, f"Its package is being sealed (job {job.pk}).")
    return HttpResponseRedirect(reverse("referral", args=[pk]))


@require_POST
def referral_seal(request: DeskRequest) -> HttpResponse:
    """Have packages sealed in the background."""
    permit(request.user, Verb.REFERRAL_SEAL)
    job = ask_seal(request.POST.getlist("chosen"), actor=request.user)
    messages.success(request, "The packages are being sealed.")
    return HttpResponseRedirect(reverse("job", args=[job.pk]))


@require_GET
def referral_letter(request: DeskRequest, pk: str) -> HttpResponse:
    """The letter with its lead sheets, as it goes or would go."""
    package_of(pk, actor=request.user)
    body = letter(workspace(), pk)
    record_reading(request.user, "referral:letter:read", pk)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{pk}-cover.pdf"'
    return answer


@require_GET
def referral_file(request: DeskRequest, pk: str, name: str) -> HttpResponseBase:
    """The sealed file, for whoever carries it to the partner; the audit keeps that it was fetched, and its digest."""
    file, step = sealed_file(pk, name, actor=request.user)
    told = {"file": name, "sha256": step.facts.get("sha256"), "sequence": step.numbers["sequence"]}
    record_reading(request.user, "referral:package:fetched", pk, told)
    answer = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
    answer["Leadline-SHA-256"] = str(step.facts.get("sha256", ""))
    return answer


@require_POST
def referral_verify(request: DeskRequest, pk: str) -> HttpResponse:
    """Make the package once more from the facts: what is in it, and whether it is what was sealed."""
    found = package_of(pk, actor=request.user)
    folder = workspace() / "cache" / "rebuilt"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = rebuilt(workspace(), pk, Path(scratch) / "package.age")
    sealed = found.copies[-1].step.facts.get("manifest_sha256")
    verdict = {"same": made.manifest_sha256 == sealed, "manifest_sha256": made.manifest_sha256, "sealed": sealed}
    record_reading(request.user, "referral:package:verified", pk, verdict)
    inside = made.manifest["files"]
    return package_page(request, found, verdict=verdict, inside=inside, bytes=sum(one["bytes"] for one in inside))
