"""Referrals: what could be drafted of the opened leads, and lists of what was, by where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.referrals import draft_referrals
from leadline.casefile.building import Asked, build
from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.referrals import TABS, by_tab, listed_tips, may_approve, selections_of
from leadline.casefile.queries.selection import current_copy
from leadline.dispatch.drafting import Marking, Wanted
from leadline.errors import LeadlineError, NotThere
from leadline.reference.partners.register import partners
from leadline.stages.referral.columns import DEFAULT
from leadline.web.referral_forms import BuildForm
from leadline.web.views.refusals import title_of

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from leadline.web.asking import DeskRequest

FILTERS = ("state", "assignee", "team", "q")


@require_GET
def referrals(request: DeskRequest) -> HttpResponse:
    """The builder, or the list of one tab."""
    found = by_tab(actor=request.user)
    first = "build" if may(request.user, Verb.REFERRAL_DRAFT) else "approve"
    tab = request.GET.get("tab", first)
    tab = tab if tab in found else first
    told: dict[str, Any] = {
        "title": "Referrals",
        "tab": tab,
        "tabs": [(key, name, len(found[key])) for key, name in TABS.items() if key != "build" or first == "build"],
    }
    if tab == "build":
        return _builder(request, told)
    record_reading(request.user, "referral:list:read", "", {"tab": tab, "rows": len(found[tab])})
    rows = [{"one": one, "mine": may_approve(one, actor=request.user)} for one in found[tab]]
    return render(request, "desk/referrals/list.html", {**told, "rows": rows})


def _builder(request: DeskRequest, told: dict[str, Any]) -> HttpResponse:
    permit(request.user, Verb.REFERRAL_DRAFT)
    try:
        copy = current_copy(request.GET.get("tip", ""), actor=request.user)
    except NotThere as none:
        return render(request, "desk/referrals/build.html", {**told, "none": none})
    form = _form(request, request.GET, copy.tip)
    told |= {"form": form, "copy": copy, "kept": _kept(request.GET), "tips": listed_tips(actor=request.user)}
    if not form.is_valid():
        return render(request, "desk/referrals/build.html", told, status=400)
    try:
        found = build(_asked(form, request.GET, copy.tip), actor=request.user)
    except LeadlineError as error:
        told |= {"refused": error, "refused_title": title_of(error)}
        return render(request, "desk/referrals/build.html", told, status=422 if request.GET else 200)
    shown = {"tip": copy.tip, "run": found.run, "leads": found.leads, "groups": len(found.groups)}
    record_reading(request.user, "referral:build:read", "", shown)
    return render(request, "desk/referrals/build.html", {**told, "found": found})


@require_POST
def referral_draft(request: DeskRequest) -> HttpResponse:
    """Draft the groups that were ticked, as they were shown."""
    permit(request.user, Verb.REFERRAL_DRAFT)
    tip = current_copy(request.POST.get("tip", ""), actor=request.user).tip
    form = _form(request, request.POST, tip)
    if not form.is_valid():
        messages.error(request, "Something in the form is missing or wrong: check it again.")
        return HttpResponseRedirect(reverse("referrals"))
    asked = _asked(form, request.POST, tip)
    seen = request.POST.get("seen", "")
    drafted = draft_referrals(asked, set(request.POST.getlist("group")), seen=seen, actor=request.user)
    messages.success(request, f"{len(drafted):,} drafted. A second person has to approve them.")
    return HttpResponseRedirect(reverse("referrals") + "?tab=approve")


def _form(request: DeskRequest, given: QueryDict, tip: str) -> BuildForm:
    """Filled with what was asked, and with the usual marking where nothing was."""
    register = [(one.code, f"{one.code}: {one.name}") for one in partners(workspace()).values()]
    chosen = len(_chosen(given))
    asked = f"The {chosen:,} leads that were ticked" if chosen else "All leads of the filter"
    if not chosen and not any(given.get(name) for name in FILTERS):
        asked = "All open leads"
    data = given.copy()
    for name, usual in (("tlp", "TLP:AMBER"), ("pap", "PAP:AMBER"), ("codes", "H1"), ("evaluation", "X4")):
        data.setdefault(name, usual)
    return BuildForm(data, selections=selections_of(tip, actor=request.user), partners=register, asked=asked)


def _asked(form: BuildForm, given: QueryDict, tip: str) -> Asked:
    told = form.cleaned_data
    marking = Marking(**{
        name: told[name] for name in ("tlp", "pap", "codes", "restrictions", "evaluation", "authority")
    })  # fmt: skip
    wanted = Wanted(
        partner=told["partner"] or None,
        marking=marking,
        columns=(*DEFAULT, *told["columns"]),
        documents=tuple(told["documents"]),
        only_new=True,
        words=told["words"],
    )
    filters = {name: str(given[name]) for name in FILTERS if given.get(name)}
    return Asked(tip, wanted, _chosen(given), told["selection"], {"state": "open", **filters})


def _chosen(given: QueryDict) -> tuple[str, ...]:
    """The leads that were ticked; none where the whole list is meant."""
    return () if given.get("everything") else tuple(given.getlist("chosen"))


def _kept(given: QueryDict) -> list[tuple[str, str]]:
    """What says which leads are meant, to be carried along."""
    names = ("tip", "everything", *FILTERS) if given.get("everything") else ("tip", "chosen", *FILTERS)
    return [(name, value) for name in names for value in given.getlist(name) if value]
