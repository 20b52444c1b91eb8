"""Who has a job: one claim a row, by a conditional UPDATE that only one worker can win.

A claim is a random word. Only its holder may write to the row, and only while its heartbeat is fresh; a worker that
died leaves a row which another one claims, and whose work it takes up where it was left.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q

from leadline.casefile.actions.audit import record
from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, Job
from leadline.casefile.walls import decision, stand_in
from leadline.errors import Conflict
from leadline.vocabulary.casework import JobState
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FRESH = timedelta(minutes=2)
"""Without a sign of life for so long, a worker counts as gone."""
MOST_ATTEMPTS = 3


def claim_one() -> Job | None:
    """The job that has waited longest, now this worker's; None where nothing waits.

    The agency that was served longest ago comes first, so that one agency's queue does not hold up another's.
    """
    for agency in sorted(Agency.register.each(), key=lambda one: (_served(one.id), one.id)):
        found = _claim_of(Machine(agency.id))
        if found is not None:
            return found
    return None


def beat(
    job: Job,
    *,
    doing: str = "",
    done: int | None = None,
    total: int | None = None,
    rows: int = 0,
    began: datetime | None = None,
) -> None:
    """A sign of life and of progress; :class:`Conflict` where the job is somebody else's by now."""
    told: dict[str, Any] = {"heartbeat_at": now()}
    if doing:
        told |= {"doing": doing[:100], "done_units": done or 0, "total_units": total}
        told |= {"done_rows": rows, "task_began_at": began}
    with transaction.atomic():
        stand_in(job.agency_id)
        if not _mine(job).update(**told):
            raise Conflict("another worker has taken the job over.", advice="Nothing is to be done.")


@decision
def close(
    job: Job, state: JobState, *, result: Mapping[str, Any] | None = None, fault: str = "", actor: Machine
) -> None:
    """The job is done or has failed; nothing is written where somebody else has it by now."""
    ended = {"state": state, "result": dict(result) if result else None, "fault": fault, "ended_at": now(), "doing": ""}
    if _mine(job).update(**ended, claim=""):
        record(actor, f"job:{job.kind}:{state}", job.id, {"attempts": job.attempts})


def give_back(job: Job) -> None:
    """The job waits again, for instance because another command holds the workspace."""
    with transaction.atomic():
        stand_in(job.agency_id)
        _mine(job).update(state=JobState.WAITING, claim="", attempts=F("attempts") - 1, doing="")


def _mine(job: Job) -> Any:
    return Job.scoped.visible_to(Machine(job.agency_id)).filter(pk=job.pk, claim=job.claim, state=JobState.RUNNING)


def _served(agency: str) -> str:
    begun = Job.scoped.visible_to(Machine(agency)).exclude(heartbeat_at=None).order_by("-heartbeat_at").first()
    return begun.heartbeat_at.isoformat() if begun and begun.heartbeat_at else ""


def _claim_of(machine: Machine) -> Job | None:
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, heartbeat_at__lt=now() - FRESH)
    for name, before in list(
        Job.scoped.visible_to(machine).filter(free).order_by("created_at", "pk").values_list("pk", "claim")[:5]
    ):
        word = secrets.token_hex(16)
        with transaction.atomic():
            stand_in(machine.agency_id)
            rows = Job.scoped.visible_to(machine).filter(free, pk=name, claim=before)
            taken = {"state": JobState.RUNNING, "claim": word, "heartbeat_at": now(), "attempts": F("attempts") + 1}
            if rows.update(**taken):
                return Job.scoped.visible_to(machine).select_related("asked_by__agency").get(pk=name)
    return None
