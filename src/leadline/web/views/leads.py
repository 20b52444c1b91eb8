"""One lead, what is decided about it, and the list of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.leads import assign_lead, assign_leads
from leadline.casefile.actions.retirements import is_taken_out
from leadline.casefile.evidence import run_of
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.leads import (
    current_run,
    entries_of,
    history_of,
    lead_for_reading,
    list_leads,
    next_lead,
)
from leadline.casefile.queries.people import colleagues, teams_of
from leadline.casefile.queries.registers import offered
from leadline.casefile.queries.retirements import retirement_of
from leadline.errors import NotThere, WrongUsage
from leadline.web.account_page import explained, page
from leadline.web.forms import AssignForm
from leadline.web.lead_verbs import VERBS, offer
from leadline.web.said import said_on
from leadline.web.views.lines import answer_lines, answer_text
from leadline.web.views.reading import reason_for

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.casefile.models import Lead
    from leadline.inquiry.runs import RunView
    from leadline.web.asking import DeskRequest

FILTERS = ("state", "assignee", "team", "q", "page")


@require_GET
def leads(request: DeskRequest) -> HttpResponse:
    """The list of leads, by the computed order of work."""
    asked = {key: request.GET[key] for key in FILTERS if request.GET.get(key)}
    found = list_leads(asked, actor=request.user)
    record_reading(request.user, "lead:list:read", "", {"filter": asked, "rows": len(found.rows)})
    told = {
        "title": "Leads", "found": found, "asked": asked, "page": found.page, "pages": found.pages,
        "before": found.page - 1, "after": found.page + 1,
    }  # fmt: skip
    return render(request, "desk/leads.html", told)


@require_http_methods(["GET", "POST"])
def leads_assign(request: DeskRequest) -> HttpResponse:
    """Give the ticked leads to a colleague, a team or both, all or none."""
    permit(request.user, Verb.LEAD_ASSIGN)
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("chosen")
    if not chosen:
        raise WrongUsage("no lead was chosen.", advice="Tick leads in the list, then choose who gets them.")
    choices = {"people": colleagues(actor=request.user), "teams": teams_of(actor=request.user)}
    form = AssignForm(request.POST or None, **choices)
    if request.method == "POST" and form.is_valid():
        to, team = form.cleaned_data["to"] or None, form.cleaned_data["team"] or None
        count = assign_leads(chosen, to=to, team=team, actor=request.user)
        messages.success(request, f"{count:,} leads were given.")
        return HttpResponseRedirect(reverse("leads"))
    told = {
        "title": "Give the leads to", "form": form, "over": f"{len(set(chosen)):,} leads", "back": reverse("leads"),
        "button": "Give them", "kept": [("chosen", one) for one in chosen],
    }  # fmt: skip
    return render(request, "desk/form_page.html", told, status=400 if form.errors else 200)


@require_GET
def lead(request: DeskRequest, pk: str) -> HttpResponse:
    """Everything about one lead; the reading is in the audit before the page is."""
    found = _read(request, pk)
    if is_taken_out(found):
        told = {
            "title": f"Lead {found.pk}", "lead": found, "retirement": retirement_of(found, actor=request.user),
            "may_retire": may(request.user, Verb.ACCOUNT_RETIRE),
        }  # fmt: skip
        return render(request, "desk/lead_taken_out.html", told)
    return lead_page(request, found)


def _read(request: DeskRequest, pk: str, action: str = "lead:page:read") -> Lead:
    reason = reason_for(request, pk)
    found = lead_for_reading(pk, actor=request.user, reason=reason)
    record_reading(request.user, action, found.pk, {"reason": reason} if reason else {})
    return found


def lead_page(request: DeskRequest, found: Lead, *, failed: Any = None, status: int = 200) -> HttpResponse:
    """The page of a lead that was read; `failed` is a verb's name with its form, which stands open with its errors."""
    view = _view(found, request.user)
    entries = entries_of(found, actor=request.user)
    told = {
        "title": f"Lead {found.pk}",
        "lead": found,
        **page(explained(view, found.account_key)),
        "other_run": str(view.run) != found.run,
        "entries": [entry for entry in entries if entry.kind in ("note", "person")],
        "clocks": [entry for entry in entries if entry.kind == "clock"],
        "verbs": _verbs(request, found, failed),
        **said_on([found], request.user),
        "may_rule": may(request.user, Verb.RULING_MAKE, found),
        "rulings": {entry.id: entry for entry in reversed(entries) if entry.kind == "ruling"},
        **_around(request, found.pk),
    }
    return render(request, "desk/lead.html", told, status=status)


def _view(found: Lead, actor: Any) -> RunView:
    """The tip's current run; the run from which the lead was opened where that one does not have the account."""
    run = current_run(found.tip, actor=actor) or found.run
    view = run_of(actor, run)
    if run != found.run:
        try:
            explained(view, found.account_key)
        except WrongUsage:
            return run_of(actor, found.run)
    return view


def _around(request: DeskRequest, pk: str) -> dict[str, Any]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "here": reverse("lead", args=[pk]),
        "back": reverse("leads") + query,
        "next": reverse("lead-next", args=[pk]) + query,
        "may_unmask": may(request.user, Verb.TEXT_UNMASK),
        "show_weights": may(request.user, Verb.SETTINGS_READ),
    }


def _verbs(request: DeskRequest, found: Lead, failed: Any) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    lists = offered(actor=request.user)
    for name, verb in VERBS.items():
        if verb.in_menu and may(request.user, verb.verb, found) and found.state in verb.states:
            is_open = failed is not None and failed[0] == name
            shown.append(
                {
                    "name": name,
                    "title": verb.title,
                    "form": failed[1] if is_open else offer(verb.form(auto_id=f"{name}_%s"), lists),
                    "open": is_open,
                }
            )
    return shown


@require_POST
def lead_verb(request: DeskRequest, pk: str, name: str) -> HttpResponse:
    """Carry out one verb on a lead; a form that cannot be stands open with its errors."""
    verb = VERBS.get(name)
    if verb is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    found = lead_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    permit(request.user, verb.verb, found)
    form = offer(verb.form(request.POST, auto_id=f"{name}_%s"), offered(actor=request.user))
    if not form.is_valid():
        return lead_page(request, found, failed=(name, form), status=400)
    target = verb.act(found.pk, {**form.cleaned_data, "clock": request.POST.get("clock", "")}, request.user)
    messages.success(request, verb.done)
    return HttpResponseRedirect(target or reverse("lead", args=[pk]))


@require_http_methods(["GET", "POST"])
def lead_assign(request: DeskRequest, pk: str) -> HttpResponse:
    """Give a lead to a colleague or a team."""
    found = lead_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    permit(request.user, Verb.LEAD_ASSIGN, found)
    choices = {"people": colleagues(actor=request.user), "teams": teams_of(actor=request.user)}
    form = AssignForm(request.POST or None, initial={"to": found.assignee_id, "team": found.team_id}, **choices)
    if request.method == "POST" and form.is_valid():
        assign_lead(
            found.pk, to=form.cleaned_data["to"] or None, team=form.cleaned_data["team"] or None, actor=request.user
        )
        messages.success(request, "The lead was given.")
        return HttpResponseRedirect(reverse("lead", args=[pk]))
    told = {
        "title": "Give the lead to",
        "form": form,
        "over": f"Lead {pk}",
        "back": reverse("lead", args=[pk]),
        "button": "Give it",
    }
    return render(request, "desk/form_page.html", told, status=400 if form.errors else 200)


@require_GET
def lead_history(request: DeskRequest, pk: str) -> HttpResponse:
    """What was decided about a lead, as a page or as a part of the lead's page."""
    found = _read(request, pk, "lead:history:read")
    told = {
        "title": "History",
        "lead": found,
        "history": history_of(found, actor=request.user),
        "htmx": bool(request.htmx),
    }
    return render(request, "desk/lead_history.html", told)


@require_GET
def lead_next(request: DeskRequest, pk: str) -> HttpResponse:
    """Go to the lead that comes after this one in the list as it is filtered, or back to the list at its end."""
    asked = {key: request.GET[key] for key in FILTERS if request.GET.get(key) and key != "page"}
    after = next_lead(pk, asked, actor=request.user)
    target = reverse("lead", args=[after]) if after else reverse("leads")
    return HttpResponseRedirect(target + (f"?{request.GET.urlencode()}" if request.GET else ""))


@require_GET
def lead_lines(request: DeskRequest, pk: str) -> HttpResponse:
    """The source lines behind a lead's figures."""
    found = _read(request, pk, "lead:lines:read")
    return answer_lines(request, _view(found, request.user), found.account_key, here=reverse("lead", args=[pk]))


@require_POST
def lead_text(request: DeskRequest, pk: str) -> HttpResponse:
    """What is masked on a lead's pages, for who may ask; the asking is in the audit before the answer is."""
    found = lead_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    return answer_text(
        request, _view(found, request.user), found.account_key, thing=found.pk, here=reverse("lead", args=[pk])
    )
