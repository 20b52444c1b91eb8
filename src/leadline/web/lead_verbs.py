"""What can be decided about a lead: for each verb its form, the states in which it is offered, and the action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from leadline.casefile.actions.cases import add_lead_to_case, open_case
from leadline.casefile.actions.leads import (
    decline_lead,
    merge_leads,
    note_on_lead,
    override_level,
    set_aside,
    take_up,
)
from leadline.casefile.actions.persons import link_person
from leadline.casefile.actions.safeguarding import notice_child_link, notify_safeguarding
from leadline.casefile.policy import Verb
from leadline.vocabulary.casework import LeadState
from leadline.web import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.forms import Form

    from leadline.casefile.models import Member

    Act = Callable[[str, dict[str, Any], Member], str]

_ALL = frozenset(LeadState)
_WORK = frozenset({LeadState.OPEN, LeadState.SET_ASIDE})


@dataclass(frozen=True)
class LeadVerb:
    """One decision; ``act`` returns where to go then, or nothing for the lead's own page."""

    title: str
    done: str
    form: type[Form]
    verb: Verb
    act: Act
    states: frozenset[LeadState] = _ALL
    in_menu: bool = True


def _note(lead: str, told: dict[str, Any], actor: Member) -> str:
    note_on_lead(lead, told["text"], actor=actor)
    return ""


def _case(lead: str, told: dict[str, Any], actor: Member) -> str:
    return reverse("case", args=[open_case(told["title"], [lead], operation=told["operation"] or None, actor=actor).pk])


def _into_case(lead: str, told: dict[str, Any], actor: Member) -> str:
    return reverse("case", args=[add_lead_to_case(told["case"], lead, actor=actor).pk])


def _aside(lead: str, told: dict[str, Any], actor: Member) -> str:
    set_aside(lead, told["reason"], told["look_again_on"], actor=actor)
    return ""


def _take_up(lead: str, told: dict[str, Any], actor: Member) -> str:
    take_up(lead, told["reason"], actor=actor)
    return ""


def _decline(lead: str, told: dict[str, Any], actor: Member) -> str:
    decline_lead(lead, told["reason"], actor=actor)
    return ""


def _level(lead: str, told: dict[str, Any], actor: Member) -> str:
    override_level(lead, told["level"], told["reason"], actor=actor)
    return ""


def _person(lead: str, told: dict[str, Any], actor: Member) -> str:
    link_person(lead, told["reason"], person=told["person"] or None, label=told["label"], actor=actor)
    return ""


def _merge(lead: str, told: dict[str, Any], actor: Member) -> str:
    merge_leads(lead, told["into"].strip(), told["reason"], actor=actor)
    return ""


def _notice(lead: str, told: dict[str, Any], actor: Member) -> str:
    notice_child_link(lead, told["grounds"], actor=actor)
    return ""


def _notified(lead: str, told: dict[str, Any], actor: Member) -> str:  # noqa: ARG001  the clock names its lead
    notify_safeguarding(told["clock"], told["whom"], actor=actor)
    return ""


VERBS: dict[str, LeadVerb] = {
    "case": LeadVerb("Open a case", "A case was opened.", forms.CaseForm, Verb.CASE_OPEN, _case, _WORK),
    "into-case": LeadVerb(
        "Bring into a case", "The lead is in the case.", forms.IntoCaseForm, Verb.CASE_OPEN, _into_case, _WORK
    ),
    "note": LeadVerb("Write a note", "The note was written.", forms.NoteForm, Verb.LEAD_NOTE, _note),
    "aside": LeadVerb(
        "Set aside", "The lead was set aside.", forms.SetAsideForm, Verb.LEAD_SET_ASIDE, _aside,
        frozenset({LeadState.OPEN}),
    ),
    "take-up": LeadVerb(
        "Take up again", "The lead was taken up again.", forms.ReasonForm, Verb.LEAD_TAKE_UP, _take_up,
        frozenset({LeadState.SET_ASIDE, LeadState.DECLINED}),
    ),
    "decline": LeadVerb("Decline", "The lead was declined.", forms.ReasonForm, Verb.LEAD_DECLINE, _decline, _WORK),
    "level": LeadVerb("Another level", "The level was noted.", forms.LevelForm, Verb.LEAD_OVERRIDE, _level),
    "person": LeadVerb("Link a person", "The person was linked.", forms.PersonForm, Verb.PERSON_LINK, _person),
    "merge": LeadVerb("Merge", "The lead was merged.", forms.MergeForm, Verb.LEAD_MERGE, _merge, _WORK),
    "child": LeadVerb(
        "A link to a child", "The safeguarding clock runs.", forms.NoticeForm, Verb.SAFEGUARDING_NOTICE, _notice
    ),
    "notified": LeadVerb(
        "Child protection was told", "It was recorded.", forms.NotifiedForm, Verb.SAFEGUARDING_NOTIFY, _notified,
        in_menu=False,
    ),
}  # fmt: skip

_EMPTY = {"operation": "None", "person": "A new one", "case": "Choose one"}


def offer(form: Form, lists: Mapping[str, list[tuple[str, str]]]) -> Form:
    """The form with its choices filled from what the agency has (`queries.registers.offered`)."""
    for name in _EMPTY.keys() & form.fields.keys():
        form.fields[name].choices = [("", _EMPTY[name]), *lists[name]]  # type: ignore[attr-defined]
    return form
