"""Opening leads from a frozen selection, and everything that is decided about one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import refuse_strangers, run_of
from leadline.casefile.models import Assignment, Lead, Member, Note, Selection, Team
from leadline.casefile.models.base import on_accounts
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict, WrongUsage
from leadline.seal.canonical import canonical_json
from leadline.vocabulary.casework import LeadState
from leadline.vocabulary.instants import now
from leadline.vocabulary.scales import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

_AT_WORK = frozenset({LeadState.OPEN, LeadState.SET_ASIDE})
"""States in which a lead can be decided about on its own."""


@dataclass(frozen=True)
class Chosen:
    """Candidates of one run that a colleague has before them: which filter gave them, and the accounts in order."""

    run: str
    wording: Mapping[str, str]
    accounts: Sequence[str]

    @property
    def digest(self) -> str:
        """SHA-256 over the account keys in order, each as UTF-8 with a newline after it, in hexadecimal."""
        return hashlib.sha256("".join(f"{key}\n" for key in self.accounts).encode()).hexdigest()


@decision
def open_leads(chosen: Chosen, reason: str, *, team: str | None = None, seen: str = "", actor: Member) -> Selection:
    """Open a lead for every account of a selection, which is frozen with its digest and count.

    ``seen`` is the digest that the colleague was shown; where it differs, :class:`Conflict`, and nothing is opened.
    Accounts that have a lead already keep it as it is.
    """
    permit(actor, Verb.LEAD_OPEN)
    home = one(Team, team, actor=actor) if team else None
    return _decide(chosen, reason, LeadState.OPEN, home, seen, actor)


@decision
def decline_candidates(chosen: Chosen, reason: str, *, seen: str = "", actor: Member) -> Selection:
    """Say of every account of a selection that no lead is opened on it, and why."""
    permit(actor, Verb.LEAD_DECLINE)
    return _decide(chosen, reason, LeadState.DECLINED, None, seen, actor)


def _decide(chosen: Chosen, reason: str, state: LeadState, team: Team | None, seen: str, actor: Member) -> Selection:
    if not chosen.accounts:
        raise WrongUsage("the selection is empty.", advice="Choose one candidate or more.")
    if seen and seen != chosen.digest:
        raise Conflict("the selection is not the one that was shown.", advice="Look at the list again.")
    view = run_of(actor, chosen.run)
    refuse_strangers(view, chosen.accounts)
    moment = now()
    selection = Selection(
        agency_id=actor.agency_id,
        tip=view.tip.tip,
        run=chosen.run,
        wording=canonical_json(dict(chosen.wording)).decode(),
        digest=chosen.digest,
        count=len(chosen.accounts),
        reason=filled(reason, "reason"),
        decision=state,
        decided_by=actor,
        created_at=moment,
    ).insert()
    there = _with_a_lead(selection.tip, chosen.accounts, actor)
    fresh = [
        Lead(
            agency_id=actor.agency_id,
            tip=selection.tip,
            run=chosen.run,
            account_key=account,
            selection=selection,
            team=team,
            state=state,
            state_reason="",
            created_at=moment,
            changed_at=moment,
        )
        for account in chosen.accounts
        if account not in there
    ]
    Lead.scoped.add_all(fresh, actor=actor)
    detail = {"run": chosen.run, "digest": selection.digest, "count": selection.count, "reason": selection.reason}
    record(actor, f"lead:selection:{state}", selection.id, {**detail, "had_a_lead": len(there)})
    return selection


def _with_a_lead(tip: str, accounts: Sequence[str], actor: Member) -> set[str]:
    wanted = set(accounts)
    rows = Lead.scoped.visible_to(actor).filter(tip=tip)
    if len(wanted) <= 500:
        rows = rows.filter(on_accounts(*wanted))
    return {key for key in rows.values_list("account_key", flat=True).iterator() if key in wanted}


@decision
def decline_lead(lead: str, reason: str, *, actor: Member) -> Lead:
    """Close a lead without work on it."""
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.LEAD_DECLINE, found)
    return _move(found, LeadState.DECLINED, reason, _AT_WORK, actor)


@decision
def set_aside(lead: str, reason: str, look_again_on: date, *, actor: Member) -> Lead:
    """Put a lead aside until a day on which it is looked at again."""
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.LEAD_SET_ASIDE, found)
    if look_again_on <= now().date():
        raise WrongUsage("the day on which to look again is not in the future.", advice="Name a later day.")
    found.look_again_on = look_again_on
    return _move(found, LeadState.SET_ASIDE, reason, frozenset({LeadState.OPEN}), actor)


@decision
def take_up(lead: str, reason: str, *, actor: Member) -> Lead:
    """Work on a lead again that was set aside or declined."""
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.LEAD_TAKE_UP, found)
    found.look_again_on = None
    return _move(found, LeadState.OPEN, reason, frozenset({LeadState.SET_ASIDE, LeadState.DECLINED}), actor)


@decision
def merge_leads(lead: str, into: str, reason: str, *, actor: Member) -> Lead:
    """Work on a lead under another one of the same agency from now on; both stay readable."""
    found, other = _both(lead, into, actor)
    permit(actor, Verb.LEAD_MERGE, found)
    permit(actor, Verb.LEAD_MERGE, other)
    if found.pk == other.pk or other.state == LeadState.MERGED:
        raise Conflict("a lead is merged into another one that is itself at work.", advice="Name such a lead.")
    found.merged_into = other
    found.change(["merged_into"])
    return _move(found, LeadState.MERGED, reason, _AT_WORK, actor, also={"into": other.id})


def _both(lead: str, into: str, actor: Member) -> tuple[Lead, Lead]:
    """Both leads, locked in the order of their names, so that two mergers cannot wait for each other."""
    rows = {name: one(Lead, name, actor=actor, lock=True) for name in sorted({lead, into})}
    return rows[lead], rows[into]


def _move(
    lead: Lead,
    state: LeadState,
    reason: str,
    allowed: frozenset[LeadState],
    actor: Member,
    also: Mapping[str, object] | None = None,
) -> Lead:
    if lead.state not in allowed:
        raise Conflict(f"the lead is {lead.state}.", advice=f"This can be done while it is {' or '.join(allowed)}.")
    before, lead.state, lead.state_reason = lead.state, state, filled(reason, "reason")
    lead.changed_at = now()
    lead.change(["state", "state_reason", "look_again_on", "changed_at"])
    again = {"look_again_on": lead.look_again_on.isoformat()} if lead.look_again_on else {}
    detail = {"before": before, "reason": lead.state_reason, **again, **(also or {})}
    record(actor, f"lead:state:{state}", lead.id, detail)
    return lead


@decision
def assign_lead(lead: str, *, to: str | None, team: str | None = None, actor: Member) -> Lead:
    """Give a lead to a colleague, a team or both; ``to`` None takes it from whoever has it."""
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.LEAD_ASSIGN, found)
    return _assign(found, to, team, actor)


@decision
def assign_leads(leads: Iterable[str], *, to: str | None, team: str | None = None, actor: Member) -> int:
    """Give several leads to a colleague or a team, all or none; returns how many."""
    rows = [one(Lead, name, actor=actor, lock=True) for name in sorted(set(leads))]
    for found in rows:
        permit(actor, Verb.LEAD_ASSIGN, found)
        _assign(found, to, team, actor)
    return len(rows)


def _assign(lead: Lead, to: str | None, team: str | None, actor: Member) -> Lead:
    colleague = one(Member, to, actor=actor) if to else None
    if colleague is not None and not colleague.is_active:
        raise Conflict("that colleague does not sign in any more.", advice="Choose another one.")
    before = {"assignee": lead.assignee_id or "", "team": lead.team_id or ""}
    moment = now()
    Assignment.scoped.visible_to(actor).filter(lead=lead, ended_at=None).update(ended_at=moment)
    if colleague is not None:
        Assignment(
            agency_id=actor.agency_id, lead=lead, member=colleague, assigned_by=actor, created_at=moment
        ).insert()
    lead.assignee = colleague
    if team or (colleague and colleague.team_id):
        lead.team = one(Team, team or str(colleague and colleague.team_id), actor=actor)
    lead.changed_at = moment
    lead.change(["assignee", "team", "changed_at"])
    after = {"assignee": lead.assignee_id or "", "team": lead.team_id or ""}
    record(actor, "lead:assignment:made", lead.id, {"before": before, "after": after})
    return lead


@decision
def note_on_lead(lead: str, text: str, *, actor: Member) -> Note:
    """Write a note on a lead."""
    found = one(Lead, lead, actor=actor)
    permit(actor, Verb.LEAD_NOTE, found)
    note = Note(
        agency_id=actor.agency_id, lead=found, text=filled(text, "note"), written_by=actor, created_at=now()
    ).insert()
    record(actor, "lead:note:written", found.id, {"note": note.id, "sha256": _sha256(note.text)})
    return note


@decision
def override_level(lead: str, level: str, reason: str, *, actor: Member) -> Lead:
    """Put a person's order of work beside the computed one, or take it back (an empty level). The score stays."""
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.LEAD_OVERRIDE, found)
    if level and level not in set(Level):
        raise WrongUsage(f"there is no level {level!r}.", advice=f"Known: {', '.join(Level)}.")
    before, found.level_override, found.override_reason = found.level_override, level, filled(reason, "reason")
    found.changed_at = now()
    found.change(["level_override", "override_reason", "changed_at"])
    detail = {"before": before, "after": level, "reason": found.override_reason}
    record(actor, "lead:level:overridden", found.id, detail)
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
