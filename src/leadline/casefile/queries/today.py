"""What waits for a colleague today, and the way from the tip to outcomes in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from leadline.casefile.models import Case, IndexedRun, Job, Lead, Outcome, SafeguardingClock, Task, Tip
from leadline.vocabulary.casework import CaseStage, JobState, LeadState, TaskState
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from leadline.casefile.models import Member


@dataclass(frozen=True)
class Today:
    """Counts of the agency, and what waits; ``copy`` is the index that lists answer from, or None."""

    copy: IndexedRun | None
    leads: dict[str, int]
    mine: int
    look_again: int
    cases: dict[str, int]
    tasks: Sequence[Task]
    clocks: Sequence[SafeguardingClock]
    children_safeguarded: int
    arrests: int


def today(*, actor: Member) -> Today:
    """Everything on the page Today that the database knows."""
    day = now().date()
    leads, mine, again = _leads(actor, day)
    outcomes = _outcomes(actor)
    return Today(
        copy=_copy(actor),
        leads=leads,
        mine=mine,
        look_again=again,
        cases=_cases(actor),
        tasks=_tasks(actor),
        clocks=_clocks(actor),
        children_safeguarded=outcomes[0],
        arrests=outcomes[1],
    )


def _copy(actor: Member) -> IndexedRun | None:
    newest = Tip.scoped.visible_to(actor).exclude(current_run="").order_by("-created_at").values("current_run")[:1]
    return IndexedRun.scoped.visible_to(actor).filter(run__in=newest).first()


def _leads(actor: Member, day: date) -> tuple[dict[str, int], int, int]:
    rows = Lead.scoped.visible_to(actor).values_list("state").annotate(
        n=Count("pk"),
        mine=Count("pk", filter=Q(assignee=actor)),
        again=Count("pk", filter=Q(state=LeadState.SET_ASIDE, look_again_on__lte=day)),
    )  # fmt: skip
    found = list(rows)
    return (
        {state: n for state, n, _, _ in found},
        sum(mine for state, _, mine, _ in found if state in (LeadState.OPEN, LeadState.SET_ASIDE)),
        sum(again for _, _, _, again in found),
    )


def _cases(actor: Member) -> dict[str, int]:
    return dict(Case.scoped.visible_to(actor).values_list("stage").annotate(Count("pk")))


def _tasks(actor: Member) -> Sequence[Task]:
    """Open tasks with a day due, of the colleague, the team or nobody, the soonest first."""
    rows = Task.scoped.visible_to(actor).filter(case__stage=CaseStage.OPEN).exclude(state=TaskState.COMPLETED)
    ours = Q(assignee=actor) | Q(assignee=None, case__team=actor.team_id) | Q(assignee=None, case__team=None)
    return list(rows.filter(ours).exclude(due_on=None).select_related("case").order_by("due_on", "pk")[:8])


def _clocks(actor: Member) -> Sequence[SafeguardingClock]:
    rows = SafeguardingClock.scoped.visible_to(actor).filter(notified_at=None)
    return list(rows.order_by("due_at", "pk")[:8])


def _outcomes(actor: Member) -> tuple[int, int]:
    """Children safeguarded and persons arrested, over outcomes that no other one corrects."""
    told = Outcome.scoped.visible_to(actor).filter(corrected_by=None).aggregate(
        children=Sum("children_safeguarded"), arrests=Sum("persons", filter=Q(kind="arrest"))
    )  # fmt: skip
    return told["children"] or 0, told["arrests"] or 0


def running_jobs(*, actor: Member) -> Sequence[Job]:
    """Jobs that wait or run."""
    rows = Job.scoped.visible_to(actor).filter(state__in=(JobState.WAITING, JobState.RUNNING))
    return list(rows.order_by("created_at", "pk")[:20])
