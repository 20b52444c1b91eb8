"""Cases, their tasks and their outcomes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.actions.operations import open_one
from leadline.casefile.models import Case, Lead, Member, Note, Outcome, SafeguardingClock, Task, Team
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict, WrongUsage
from leadline.vocabulary.casework import CaseStage, LeadState, OutcomeKind, TaskKind, TaskState
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_BEGUN = frozenset({TaskState.IN_PROGRESS, TaskState.LOOKED_AT, TaskState.COMPLETED})
_WELFARE_PLAN = "Welfare plan for the account holder"


@decision
def open_case(
    title: str, leads: Iterable[str], *, team: str | None = None, operation: str | None = None, actor: Member
) -> Case:
    """A case over one open lead or more; its first task is a welfare plan, required before any approach."""
    permit(actor, Verb.CASE_OPEN)
    rows = [one(Lead, name, actor=actor, lock=True) for name in sorted(set(leads))]
    if not rows:
        raise WrongUsage("a case is opened on one lead or more.", advice="Name a lead.")
    moment = now()
    case = Case(
        agency_id=actor.agency_id,
        title=filled(title, "title", longest=200),
        team_id=one(Team, team, actor=actor).pk if team else actor.team_id,
        operation=open_one(operation, actor=actor) if operation else None,
        opened_by=actor,
        created_at=moment,
        changed_at=moment,
    ).insert()
    for lead in rows:
        _bring_in(lead, case, actor)
    _new_task(case, TaskKind.WELFARE_PLAN, _WELFARE_PLAN, required=True)
    record(actor, "case:register:opened", case.id, {"leads": [lead.id for lead in rows], "team": case.team_id or ""})
    return case


@decision
def add_lead_to_case(case: str, lead: str, *, actor: Member) -> Case:
    """Bring one more open lead into a case."""
    found = one(Case, case, actor=actor, lock=True)
    permit(actor, Verb.CASE_OPEN, found)
    _refuse_closed(found)
    _bring_in(one(Lead, lead, actor=actor, lock=True), found, actor)
    record(actor, "case:lead:added", found.id, {"lead": lead})
    return found


def _bring_in(lead: Lead, case: Case, actor: Member) -> None:
    permit(actor, Verb.CASE_OPEN, lead)
    if lead.state not in (LeadState.OPEN, LeadState.SET_ASIDE):
        raise Conflict(f"lead {lead.id} is {lead.state}.", advice="Only open leads come into a case.")
    lead.case, lead.state, lead.changed_at = case, LeadState.IN_CASE, case.changed_at
    lead.change(["case", "state", "changed_at"])
    record(actor, f"lead:state:{LeadState.IN_CASE}", lead.id, {"case": case.id})


@decision
def note_on_case(case: str, text: str, *, actor: Member) -> Note:
    """Write a note on a case."""
    found = one(Case, case, actor=actor)
    permit(actor, Verb.CASE_NOTE, found)
    note = Note(
        agency_id=actor.agency_id, case=found, text=filled(text, "note"), written_by=actor, created_at=now()
    ).insert()
    digest = hashlib.sha256(note.text.encode()).hexdigest()
    record(actor, "case:note:written", found.id, {"note": note.id, "sha256": digest})
    return note


@decision
def add_task(
    case: str,
    title: str,
    *,
    kind: str = TaskKind.OTHER,
    due_on: date | None = None,
    assignee: str | None = None,
    actor: Member,
) -> Task:
    """One more task of a case."""
    found = one(Case, case, actor=actor, lock=True)
    permit(actor, Verb.TASK_ADD, found)
    _refuse_closed(found)
    colleague = one(Member, assignee, actor=actor) if assignee else None
    task = _new_task(found, TaskKind(kind), filled(title, "title", longest=200), due_on=due_on, assignee=colleague)
    record(actor, "case:task:added", found.id, {"task": task.id, "kind": task.kind})
    return task


def _new_task(
    case: Case,
    kind: TaskKind,
    title: str,
    *,
    required: bool = False,
    due_on: date | None = None,
    assignee: Member | None = None,
) -> Task:
    moment = now()
    return Task(
        agency_id=case.agency_id,
        case=case,
        kind=kind,
        title=title,
        required=required,
        due_on=due_on,
        assignee=assignee,
        created_at=moment,
        changed_at=moment,
    ).insert()


@decision
def move_task(task: str, state: str, *, actor: Member) -> Task:
    """Put a task into another state; no approach begins before the welfare plan is completed."""
    found = one(Task, task, actor=actor, lock=True)
    case = one(Case, found.case_id, actor=actor, lock=True)
    permit(actor, Verb.TASK_MOVE, case)
    _refuse_closed(case)
    wanted = TaskState(state)
    if found.kind == TaskKind.APPROACH and wanted in _BEGUN and not _has_welfare_plan(case, actor):
        raise Conflict(
            "there is no completed welfare plan for the account holder.",
            advice="Complete the welfare plan before any approach.",
        )
    before, found.state, found.changed_at = found.state, wanted, now()
    found.change(["state", "changed_at"])
    record(actor, "case:task:moved", case.id, {"task": found.id, "before": before, "after": found.state})
    return found


def _has_welfare_plan(case: Case, actor: Member) -> bool:
    plans = Task.scoped.visible_to(actor).filter(case=case, kind=TaskKind.WELFARE_PLAN)
    return plans.filter(state=TaskState.COMPLETED).exists() and not plans.exclude(state=TaskState.COMPLETED).exists()


@decision
def record_outcome(
    case: str,
    kind: str,
    *,
    happened_on: date | None = None,
    persons: int | None = None,
    children_safeguarded: int | None = None,
    devices_seized: int | None = None,
    remark: str = "",
    corrects: str | None = None,
    actor: Member,
) -> Outcome:
    """What came of a case. A number left out means *not known yet*; a correction names the outcome it replaces."""
    found = one(Case, case, actor=actor, lock=True)
    permit(actor, Verb.OUTCOME_RECORD, found)
    before = one(Outcome, corrects, actor=actor, lock=True) if corrects else None
    if before and (before.case_id != found.pk or Outcome.scoped.visible_to(actor).filter(corrects=before).exists()):
        raise Conflict("that outcome is of another case, or was corrected before.", advice="Correct the newest one.")
    counts = {"persons": persons, "children_safeguarded": children_safeguarded, "devices_seized": devices_seized}
    if any(count is not None and not 0 <= count <= 100_000 for count in counts.values()):
        raise WrongUsage("a count is a whole number from 0.", advice="Leave it out where it is not known yet.")
    outcome = Outcome(
        agency_id=actor.agency_id,
        case=found,
        kind=OutcomeKind(kind),
        happened_on=happened_on,
        remark=filled(remark, "remark") if remark.strip() else "",
        corrects=before,
        recorded_by=actor,
        created_at=now(),
        **counts,
    ).insert()
    detail = {"outcome": outcome.id, "kind": outcome.kind, "corrects": corrects or "", **counts}
    record(actor, "case:outcome:recorded", found.id, detail)
    return outcome


@decision
def close_case(case: str, reason: str, *, actor: Member) -> Case:
    """Close a case: no required task may be open, no safeguarding clock may run on one of its leads."""
    found = one(Case, case, actor=actor, lock=True)
    permit(actor, Verb.CASE_CLOSE, found)
    _refuse_closed(found)
    leads = Lead.scoped.visible_to(actor).filter(case=found)
    if SafeguardingClock.scoped.visible_to(actor).filter(lead__in=leads, notified_at=None).exists():
        raise Conflict("a safeguarding clock runs on one of its leads.", advice="Tell child protection first.")
    required = Task.scoped.visible_to(actor).filter(case=found, required=True)
    if required.exclude(state=TaskState.COMPLETED).exists():
        raise Conflict("a required task is not completed.", advice="Complete it first.")
    found.stage, found.changed_at = CaseStage.CLOSED, now()
    found.change(["stage", "changed_at"])
    leads.update(state=LeadState.CLOSED, changed_at=found.changed_at)
    record(actor, "case:register:closed", found.id, {"reason": filled(reason, "reason")})
    return found


@decision
def reopen_case(case: str, reason: str, *, actor: Member) -> Case:
    """Open a closed case again, with those of its leads that were closed with it; the reason is in the audit."""
    found = one(Case, case, actor=actor, lock=True)
    permit(actor, Verb.CASE_REOPEN, found)
    if found.stage != CaseStage.CLOSED:
        raise Conflict("the case is open.", advice="Nothing is to be reopened.")
    if found.operation_id:
        open_one(found.operation_id, actor=actor)
    found.stage, found.changed_at = CaseStage.OPEN, now()
    found.change(["stage", "changed_at"])
    leads = Lead.scoped.visible_to(actor).filter(case=found, state=LeadState.CLOSED)
    told = {"reason": filled(reason, "reason"), "leads": sorted(leads.values_list("pk", flat=True))}
    leads.update(state=LeadState.IN_CASE, changed_at=found.changed_at)
    record(actor, "case:register:reopened", found.id, told)
    return found


def _refuse_closed(case: Case) -> None:
    if case.stage == CaseStage.CLOSED:
        raise Conflict("the case is closed.", advice="Have a manager reopen it.")
