"""Cases: the list, one case, its tasks, its outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.cases import add_task, close_case, move_task, note_on_case, record_outcome, reopen_case
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.cases import (
    case_for_reading,
    history_of,
    leads_of,
    list_cases,
    outcomes_of,
    tasks_of,
)
from leadline.vocabulary.casework import TaskState
from leadline.vocabulary.instants import now
from leadline.web import forms
from leadline.web.said import said_on
from leadline.web.shown import word
from leadline.web.views.reading import reason_for

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponse

    from leadline.casefile.models import Case
    from leadline.web.asking import DeskRequest

FILTERS = ("stage", "team", "operation", "page")


@require_GET
def cases(request: DeskRequest) -> HttpResponse:
    """The list of cases, the soonest task first."""
    asked = {key: request.GET[key] for key in FILTERS if request.GET.get(key)}
    found = list_cases(asked, actor=request.user)
    record_reading(request.user, "case:list:read", "", {"filter": asked, "rows": len(found.rows)})
    told = {
        "title": "Cases",
        "found": found,
        "asked": asked,
        "day": now().date(),
        "page": found.page,
        "pages": found.pages,
        "before": found.page - 1,
        "after": found.page + 1,
    }
    return render(request, "desk/cases.html", told)


@require_GET
def case(request: DeskRequest, pk: str) -> HttpResponse:
    """One case."""
    return case_page(request, _read(request, pk, "case:page:read"))


def _read(request: DeskRequest, pk: str, action: str) -> Case:
    reason = reason_for(request, pk)
    found = case_for_reading(pk, actor=request.user, reason=reason)
    record_reading(request.user, action, found.pk, {"reason": reason} if reason else {})
    return found


def case_page(
    request: DeskRequest, found: Case, *, failed: tuple[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a case that was read; `failed` names the form that stands open with its errors."""
    tasks, leads = tasks_of(found, actor=request.user), leads_of(found, actor=request.user)
    told = {
        "title": found.title, "case": found, "tasks": tasks, "leads": leads, **said_on(leads, request.user),
        "states": [(str(state), word(state)) for state in TaskState], "day": now().date(),
        "may_move": may(request.user, Verb.TASK_MOVE, found) and found.stage == "open",
        "verbs": _verbs(request, found, failed),
    }  # fmt: skip
    return render(request, "desk/case.html", told, status=status)


_FORMS: dict[str, tuple[str, type[Form], Verb]] = {
    "task": ("Add a task", forms.TaskForm, Verb.TASK_ADD),
    "note": ("Write a note", forms.NoteForm, Verb.CASE_NOTE),
    "close": ("Close the case", forms.ReasonForm, Verb.CASE_CLOSE),
    "reopen": ("Reopen the case", forms.ReasonForm, Verb.CASE_REOPEN),
}
_WHEN_OPEN, _WHEN_CLOSED = frozenset({"task", "note", "close"}), frozenset({"note", "reopen"})
"""What is offered on a case, by its stage."""


def _verbs(request: DeskRequest, found: Case, failed: tuple[str, Form] | None) -> list[dict[str, Any]]:
    shown, offered = [], _WHEN_OPEN if found.stage == "open" else _WHEN_CLOSED
    for name, (title, form, verb) in _FORMS.items():
        if name in offered and may(request.user, verb, found):
            is_open = failed is not None and failed[0] == name
            shown.append(
                {
                    "name": name,
                    "title": title,
                    "open": is_open,
                    "form": failed[1] if failed and is_open else form(auto_id=f"{name}_%s"),
                }
            )
    return shown


@require_POST
def case_verb(request: DeskRequest, pk: str, name: str) -> HttpResponse:
    """Add a task, write a note, close the case or reopen it."""
    found = case_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    title, form_class, verb = _FORMS.get(name, ("", None, Verb.CASE_READ))
    permit(request.user, verb, found)
    if form_class is None:
        return HttpResponseRedirect(reverse("case", args=[pk]))
    form = form_class(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return case_page(request, found, failed=(name, form), status=400)
    _act(name, pk, form.cleaned_data, request.user)
    messages.success(request, f"Done: {title.lower()}.")
    return HttpResponseRedirect(reverse("case", args=[pk]))


def _act(name: str, pk: str, told: dict[str, Any], actor: Any) -> None:
    match name:
        case "task":
            add_task(pk, told["title"], kind=told["kind"], due_on=told["due_on"], actor=actor)
        case "note":
            note_on_case(pk, told["text"], actor=actor)
        case "close":
            close_case(pk, told["reason"], actor=actor)
        case "reopen":
            reopen_case(pk, told["reason"], actor=actor)


@require_POST
def case_task(request: DeskRequest, pk: str, task: str) -> HttpResponse:
    """Put a task into another state."""
    case_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    state = request.POST.get("state", "")
    move_task(task, state if state in set(TaskState) else str(TaskState.NOT_STARTED), actor=request.user)
    messages.success(request, "The task was moved.")
    return HttpResponseRedirect(reverse("case", args=[pk]) + "#tasks")


@require_http_methods(["GET", "POST"])
def case_outcome(request: DeskRequest, pk: str) -> HttpResponse:
    """Record what came of a case, on one page; what is left empty is not known yet."""
    found = case_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    permit(request.user, Verb.OUTCOME_RECORD, found)
    form = forms.OutcomeForm(request.POST or None)
    corrects = request.POST.get("corrects") or request.GET.get("corrects") or ""
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        record_outcome(pk, told.pop("kind"), corrects=corrects or None, actor=request.user, **told)
        messages.success(request, "The outcome was recorded.")
        return HttpResponseRedirect(reverse("case-outcomes", args=[pk]))
    shown = {"title": "Record an outcome", "case": found, "form": form, "corrects": corrects}
    return render(request, "desk/case_outcome.html", shown, status=400 if form.errors else 200)


@require_GET
def case_outcomes(request: DeskRequest, pk: str) -> HttpResponse:
    """What came of a case: every outcome, corrected ones included."""
    found = _read(request, pk, "case:outcomes:read")
    outcomes = outcomes_of(found, actor=request.user)
    told = {
        "title": "Outcomes",
        "case": found,
        "outcomes": outcomes,
        "may_record": may(request.user, Verb.OUTCOME_RECORD, found),
    }
    return render(request, "desk/case_outcomes.html", told)


@require_GET
def case_history(request: DeskRequest, pk: str) -> HttpResponse:
    """What happened in a case, as a page or as a part of the case's page."""
    found = _read(request, pk, "case:history:read")
    told = {
        "title": "History",
        "case": found,
        "history": history_of(found, actor=request.user),
        "htmx": bool(request.htmx),
    }
    return render(request, "desk/case_history.html", told)
