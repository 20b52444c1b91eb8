"""What an agency's desk has on one account, for the defence: leads, notes, rulings with reasons, and who read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import workspace
from leadline.casefile.machine import Machine
from leadline.casefile.models import (
    Agency,
    AuditEvent,
    IndexedCandidate,
    Lead,
    Member,
    Note,
    Outcome,
    PersonLead,
    Ruling,
    SafeguardingClock,
    Task,
)
from leadline.casefile.models.base import on_accounts
from leadline.inquiry.tips import sealed_tips
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterable


def desk_papers(account: str, agency: str, *, provider: str = "") -> dict[str, Any]:
    """By file name of the disclosure: `leads.json`, `notes.json`, `desk-rulings.json`, `desk-read-by.json`.

    Officers appear by their roles alone. Nothing where the agency has no desk here.
    """
    found = Agency.register.with_code(agency)
    if found is None:
        return {}
    desk = Machine(found.id)
    roles = {row.pk: ", ".join(row.roles) for row in Member.scoped.visible_to(desk)}
    theirs = {tip.tip for tip in sealed_tips(workspace()) if provider in ("", tip.provider)}
    rows = Lead.scoped.visible_to(desk).filter(on_accounts(account)).order_by("created_at", "pk")
    leads = [lead for lead in rows if lead.tip in theirs]
    notes = Note.scoped.visible_to(desk).filter(lead__in=leads).order_by("created_at", "pk")
    ruled = Ruling.scoped.visible_to(desk)
    rulings = (ruled.filter(account_a=account) | ruled.filter(account_b=account)).order_by("created_at", "pk")
    copies = IndexedCandidate.scoped.visible_to(desk).filter(on_accounts(account)).values_list("pk", flat=True)
    about = AuditEvent.scoped.visible_to(desk).filter(thing__in=[*copies, *(lead.pk for lead in leads)])
    return {
        "leads.json": [_lead(lead, desk) for lead in leads],
        "notes.json": [
            {"at": iso_z(note.created_at), "role": roles.get(note.written_by_id, ""), "text": note.text}
            for note in notes
        ],
        "desk-rulings.json": [
            {
                "at": iso_z(row.created_at),
                "account_a": row.account_a,
                "account_b": row.account_b,
                "ruling": row.ruling,
                "reason": row.reason,
                "role": roles.get(row.ruled_by_id, ""),
            }
            for row in rulings
        ],
        "desk-read-by.json": _events(about.order_by("seq"), roles),
    }


def _lead(lead: Lead, desk: Machine) -> dict[str, Any]:
    return {
        "opened_at": iso_z(lead.created_at),
        "tip": lead.tip,
        "run": lead.run,
        "state": lead.state,
        "reason": lead.state_reason,
        "level_override": lead.level_override,
        "override_reason": lead.override_reason,
        "opened_because": lead.selection.reason,
        "not_here": _not_here(lead, desk),
    }


def _not_here(lead: Lead, desk: Machine) -> dict[str, int]:
    """How much there is that the schedule withholds: it may concern other persons, or a child."""
    found = {
        "safeguarding_notices": SafeguardingClock.scoped.visible_to(desk).filter(lead=lead).count(),
        "persons_linked": PersonLead.scoped.visible_to(desk).filter(lead=lead).count(),
    }
    if lead.case_id:
        for name, model in (("notes", Note), ("outcomes", Outcome), ("tasks", Task)):
            found[f"{name}_of_its_case"] = model.scoped.visible_to(desk).filter(case=lead.case_id).count()
    return found


def _events(rows: Iterable[AuditEvent], roles: dict[str, str]) -> list[dict[str, Any]]:
    """Everything that was done with it or read of it: when, by which role, what, and the reason that was given."""
    return [
        {"at": row.at, "role": roles.get(row.actor, ""), "action": row.action, "reason": _reason(row.detail)}
        for row in rows
    ]


def _reason(detail: str) -> str:
    stated = json.loads(detail)
    return str(stated.get("reason", "")) if isinstance(stated, dict) else ""
