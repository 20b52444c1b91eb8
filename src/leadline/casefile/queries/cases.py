"""Cases for the desk: the list, one case with its tasks, leads and outcomes, and the operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from leadline.casefile.models import AuditEvent, Case, Lead, Member, Note, Outcome, Task
from leadline.casefile.policy import Verb, of_the_same_team, permit
from leadline.casefile.queries.leads import told
from leadline.errors import NotThere, ReasonNeeded
from leadline.vocabulary.casework import CaseStage, Role, TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

PAGE = 50
_READ = ("case:page:read", "case:history:read", "case:outcomes:read")


@dataclass(frozen=True)
class CaseList:
    """A page of cases, each with `open_tasks`, `next_due` and `lead_count`, and how many there are of each stage."""

    rows: Sequence[Case]
    stages: dict[str, int]
    total: int
    page: int
    pages: int


def list_cases(asked: Mapping[str, str], *, actor: Member) -> CaseList:
    """Cases with the soonest task first; `asked` may hold `stage`, `team` (`mine`), `operation`, `page`."""
    permit(actor, Verb.CASE_READ)
    rows = Case.scoped.visible_to(actor)
    if asked.get("team") == "mine":
        rows = rows.filter(team=actor.team_id)
    if asked.get("operation"):
        rows = rows.filter(operation=asked["operation"])
    stages = dict(rows.values_list("stage").annotate(Count("pk")))
    if asked.get("stage"):
        rows = rows.filter(stage=asked["stage"])
    total = stages.get(asked["stage"], 0) if asked.get("stage") else sum(stages.values())
    pages = max(1, -(-total // PAGE))
    stated = asked.get("page", "")
    page = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    return CaseList(list(_worked(rows)[(page - 1) * PAGE : page * PAGE]), stages, total, page, pages)


def _worked(rows: QuerySet[Case]) -> QuerySet[Case]:
    from django.db.models import Min

    is_open = ~Q(tasks__state=TaskState.COMPLETED)
    return (
        rows.select_related("team", "operation")
        .annotate(
            open_tasks=Count("tasks", filter=is_open, distinct=True),
            lead_count=Count("leads", distinct=True),
            next_due=Min("tasks__due_on", filter=is_open),
        )
        .order_by(F("next_due").asc(nulls_last=True), "-changed_at", "pk")
    )


def case_for_reading(name: str, *, actor: Member, reason: str = "") -> Case:
    """A case; :class:`ReasonNeeded` where it is another team's and no reason is given."""
    found = Case.scoped.visible_to(actor).select_related("team", "operation", "opened_by").filter(pk=name).first()
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    permit(actor, Verb.CASE_READ, found)
    if not reason and Role.MANAGER not in actor.held_roles and not of_the_same_team(actor, found):
        raise ReasonNeeded("the case is another team's.", advice="Say why you read it.")
    return found


def tasks_of(case: Case, *, actor: Member) -> Sequence[Task]:
    """Tasks: the required first, then by day due."""
    rows = Task.scoped.visible_to(actor).filter(case=case).select_related("assignee")
    return list(rows.order_by("-required", F("due_on").asc(nulls_last=True), "created_at", "pk"))


def leads_of(case: Case, *, actor: Member) -> Sequence[Lead]:
    """Leads in a case."""
    return list(Lead.scoped.visible_to(actor).filter(case=case).order_by("account_key", "pk"))


def outcomes_of(case: Case, *, actor: Member) -> Sequence[Outcome]:
    """Outcomes, the newest first; one that was corrected carries `corrected_by_id`."""
    rows = Outcome.scoped.visible_to(actor).filter(case=case).select_related("recorded_by", "corrected_by")
    return list(rows.order_by("-created_at", "pk"))


def history_of(case: Case, *, actor: Member) -> list[dict[str, Any]]:
    """What happened in a case, the newest first: decisions from the audit, notes with their text."""
    events = list(
        AuditEvent.scoped.visible_to(actor).filter(thing=case.pk).exclude(action__in=_READ).order_by("-seq")[:200]
    )
    texts = {note.pk: note.text for note in Note.scoped.visible_to(actor).filter(case=case)}
    return [
        {**entry, "note": next((text for pk, text in texts.items() if pk in event.detail), "")}
        for event, entry in zip(events, told(events, actor=actor), strict=True)
    ]


def overdue(on: date, *, actor: Member) -> int:
    """Open tasks that were due before a day."""
    rows = Task.scoped.visible_to(actor).filter(due_on__lt=on, case__stage=CaseStage.OPEN)
    return rows.exclude(state=TaskState.COMPLETED).count()
