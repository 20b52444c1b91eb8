"""Candidates: the list with its facets, one candidate, and the decision to open leads or to decline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.leads import decline_candidates, open_leads
from leadline.casefile.evidence import run_of
from leadline.casefile.index import pages as index
from leadline.casefile.index.filters import Filter
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.leads import lead_on
from leadline.casefile.queries.selection import candidate_named, current_copy, everything, ticked
from leadline.errors import NotThere
from leadline.vocabulary.scales import Certainty, Level
from leadline.web.account_page import explained, page
from leadline.web.shown import country_text, word
from leadline.web.views.lines import answer_lines, answer_text

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.casefile.actions.leads import Chosen
    from leadline.casefile.models import IndexedRun
    from leadline.web.asking import DeskRequest

TOP = 6
"""Values of a long facet that stand open; the others are folded."""
_ORDERED = {
    "level": tuple(map(str, Level)),
    "holder_certainty": tuple(map(str, Certainty)),
    "stage": ("S0", "S1", "S2", "S3"),
}
_TITLES = {
    "level": "Level",
    "holder_certainty": "Holder certainty",
    "jurisdiction": "Jurisdiction",
    "stage": "Stage",
    "leads": "Lead",
}
LEADS = {"any": "All", "without": "No lead yet", "with": "Has a lead"}
ORDERS = {"rank": "Order of work", "expiry": "Evidence lost first", "recent": "Latest access"}


@dataclass(frozen=True)
class Value:
    """One value of a facet: how many rows it would give, and where a click on it leads."""

    key: str
    name: str
    count: int | None
    chosen: bool
    href: str


@require_GET
def candidates(request: DeskRequest) -> HttpResponse:
    """The list, from the index; the filter and the place in it are in the URL."""
    permit(request.user, Verb.CANDIDATE_READ)
    wanted = _filter(request)
    try:
        copy = current_copy(request.GET.get("tip", ""), actor=request.user)
    except NotThere as none:
        return render(request, "desk/candidates_none.html", {"title": "Candidates", "error": none})
    found = index.page(copy, wanted, place=request.GET.get("place", ""), actor=request.user)
    told = {"filter": wanted.wording(), "run": copy.run, "rows": len(found.lines)}
    record_reading(request.user, "candidate:list:read", "", told)
    context = {
        "title": "Candidates", "copy": copy, "found": found, "wanted": wanted, "facets": _facets(request, copy, wanted),
        "chips": _chips(request, wanted), "orders": _orders(request, wanted), "keep": _kept(request),
        "following": _with(request, place=found.following), "preceding": _with(request, place=found.preceding),
        "may_open": may(request.user, Verb.LEAD_OPEN), "may_export": may(request.user, Verb.EXPORT_MAKE),
    }  # fmt: skip
    return render(request, "desk/candidates.html", context)


def _filter(request: DeskRequest) -> Filter:
    return Filter.read({key: [value for value in values if value] for key, values in request.GET.lists()})


def _with(request: DeskRequest, **changes: Any) -> str:
    query = request.GET.copy()
    query.pop("place", None)
    for key, value in changes.items():
        if value in (None, "", []):
            query.pop(key, None)
        else:
            query.setlist(key, value if isinstance(value, list) else [value])
    return f"?{query.urlencode()}" if query else reverse("candidates")


def _kept(request: DeskRequest) -> list[tuple[str, str]]:
    """What a search form must carry along."""
    return [(key, value) for key, values in request.GET.lists() for value in values if key not in ("text", "place")]


def _facets(request: DeskRequest, copy: IndexedRun, wanted: Filter) -> list[dict[str, Any]]:
    shown = []
    for name, counts in index.facets(copy, wanted).items():
        chosen = list(getattr(wanted, name))
        keys = [key for key in _ORDERED[name] if key in counts or key in chosen] if name in _ORDERED else list(counts)
        keys += [key for key in chosen if key not in keys]
        values = [_value(request, name, key, counts.get(key, 0), chosen) for key in keys]
        if name not in _ORDERED:
            values.sort(key=lambda value: not value.chosen)
        if values:
            shown.append({"name": name, "title": _TITLES[name], "top": values[:TOP], "rest": values[TOP:]})
    shown.append({"name": "leads", "title": _TITLES["leads"], "rest": [], "top": [
        Value(key, name, None, wanted.leads == key, _with(request, leads="" if key == "any" else key))
        for key, name in LEADS.items()
    ]})  # fmt: skip
    return sorted(shown, key=lambda facet: list(_TITLES).index(facet["name"]))


def _value(request: DeskRequest, name: str, key: str, count: int, chosen: list[str]) -> Value:
    others = [one for one in chosen if one != key]
    href = _with(request, **{name: others if key in chosen else [*chosen, key]})
    return Value(key, _named(name, key), count, key in chosen, href)


def _named(name: str, key: str) -> str:
    if name == "jurisdiction":
        return "Not attributed" if key == "-" else country_text(key)
    return key if name == "stage" else word(key).capitalize()


def _chips(request: DeskRequest, wanted: Filter) -> list[dict[str, str]]:
    """What is asked for, each with a way to ask for it no more."""
    chips = []
    for name, values in wanted.words().items():
        for value in values:
            if name != "order":
                others = [one for one in values if one != value]
                says = (
                    f'"{value}"'
                    if name == "text"
                    else _named(name, value)
                    if name in _ORDERED or name == "jurisdiction"
                    else word(value)
                )
                chips.append(
                    {
                        "says": f"{_TITLES.get(name, word(name)).lower()}: {says}",
                        "href": _with(request, **{name: others}),
                    }
                )
    return chips


def _orders(request: DeskRequest, wanted: Filter) -> list[dict[str, Any]]:
    return [
        {"name": name, "chosen": wanted.order == key, "href": _with(request, order="" if key == "rank" else key)}
        for key, name in ORDERS.items()
    ]


@require_GET
def candidate(request: DeskRequest, pk: str) -> HttpResponse:
    """Everything about one candidate; the reading is in the audit before the page is."""
    row = candidate_named(pk, actor=request.user)
    view = run_of(request.user, row.run)
    record_reading(request.user, "candidate:page:read", row.pk, {"run": row.run})
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    told = {
        "title": f"Candidate {row.account_key}", "pk": row.pk, **page(explained(view, row.account_key)),
        "lead": lead_on(view.tip.tip, row.account_key, actor=request.user), "here": reverse("candidate", args=[pk]),
        "back": reverse("candidates") + query, "next": reverse("candidate-next", args=[pk]) + query,
        "may_unmask": may(request.user, Verb.TEXT_UNMASK), "show_weights": may(request.user, Verb.SETTINGS_READ),
    }  # fmt: skip
    return render(request, "desk/candidate.html", told)


@require_GET
def candidate_next(request: DeskRequest, pk: str) -> HttpResponse:
    """Go to the next candidate of the list as it is filtered, or back to the list at its end."""
    row = candidate_named(pk, actor=request.user)
    copy = index.indexed(row.run, actor=request.user)
    _, after = index.neighbours(copy, row.rank, _filter(request), actor=request.user)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if not after:
        messages.info(request, "That was the last candidate of your list.")
        return HttpResponseRedirect(reverse("candidates") + query)
    return HttpResponseRedirect(reverse("candidate", args=[index.line(copy, after, actor=request.user).id]) + query)


@require_GET
def candidate_lines(request: DeskRequest, pk: str) -> HttpResponse:
    """The source lines behind a candidate's figures."""
    row = candidate_named(pk, actor=request.user)
    record_reading(request.user, "candidate:lines:read", row.pk, {"run": row.run})
    return answer_lines(request, run_of(request.user, row.run), row.account_key, here=reverse("candidate", args=[pk]))


@require_POST
def candidate_text(request: DeskRequest, pk: str) -> HttpResponse:
    """What is masked on a candidate's pages, for who may ask."""
    row = candidate_named(pk, actor=request.user)
    view = run_of(request.user, row.run)
    return answer_text(request, view, row.account_key, thing=row.pk, here=reverse("candidate", args=[pk]))


@require_POST
def candidates_decide(request: DeskRequest) -> HttpResponse:
    """Open leads, or decline, over what is ticked or over the whole list, which is shown with its digest first."""
    decision = "decline" if request.POST.get("decision") == "decline" else "open"
    permit(request.user, Verb.LEAD_DECLINE if decision == "decline" else Verb.LEAD_OPEN)
    copy = index.indexed(request.POST.get("run", ""), actor=request.user)
    whole = request.POST.get("everything") == "1"
    wanted = Filter.read({key: [value for value in values if value] for key, values in request.POST.lists()})
    chosen = (
        everything(copy, wanted, actor=request.user)
        if whole
        else ticked(copy, request.POST.getlist("chosen"), actor=request.user)
    )
    if whole and not request.POST.get("seen"):
        return _confirm(request, copy, wanted, chosen, decision)
    return _decide(request, chosen, decision)


def _confirm(request: DeskRequest, copy: IndexedRun, wanted: Filter, chosen: Chosen, decision: str) -> HttpResponse:
    told = {
        "title": "Check the selection", "copy": copy, "chosen": chosen, "count": len(chosen.accounts),
        "decision": decision,
        "words": [(key, value) for key, values in wanted.words().items() for value in values],
        "says": [(word(key).replace("_", " "), ", ".join(values)) for key, values in wanted.words().items()],
        "reason": request.POST.get("reason", ""), "next": _safe(request),
    }  # fmt: skip
    return render(request, "desk/candidates_confirm.html", told)


def _decide(request: DeskRequest, chosen: Chosen, decision: str) -> HttpResponse:
    verb = decline_candidates if decision == "decline" else open_leads
    selection = verb(chosen, request.POST.get("reason", ""), seen=request.POST.get("seen", ""), actor=request.user)
    what = "candidates were declined" if decision == "decline" else "leads were opened"
    messages.success(request, f"{selection.count:,} {what}. Selection {selection.pk}, digest {selection.digest[:16]}…")
    return HttpResponseRedirect(_safe(request))


def _safe(request: DeskRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else reverse("candidates")
