"""The worker: claim one job, carry out one plan, record one result. The only bridge from decisions to runs.

No broker: a job is a row. What was begun is taken up again, because receiving is idempotent, a run resumes by
stages, and an index or an export is made anew.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, close_old_connections, connection

from leadline.casefile import claims
from leadline.casefile.actions.devices import note_examined
from leadline.casefile.actions.exhibits import record_custody
from leadline.casefile.actions.jobs import incoming
from leadline.casefile.actions.referrals import seal_referrals
from leadline.casefile.actions.retirements import carry_on
from leadline.casefile.actions.tips import list_run, take_on
from leadline.casefile.devices import device
from leadline.casefile.disclosing import write_disclosure
from leadline.casefile.evidence import agency_code, run_of, tip_of, workspace
from leadline.casefile.export import clear_old, export_candidates, exported_file
from leadline.casefile.index.filters import Filter
from leadline.casefile.machine import Machine
from leadline.casefile.mending import mend_all
from leadline.casefile.models import Examination
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.devices import run_beside
from leadline.casefile.rows import one
from leadline.casefile.sealing import seal_all
from leadline.errors import Busy, Conflict, IntegrityBroken, LeadlineError
from leadline.examination import Within, examine
from leadline.handover import hand_over
from leadline.inquiry.candidates import plain
from leadline.pipeline import look_at_tip, run_tip
from leadline.stages.intake.receive import receive
from leadline.vocabulary.casework import CustodyKind, JobKind, JobState, Rehash
from leadline.vocabulary.identifiers import parse_tip
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from leadline.casefile.models import Job

BEAT_SECONDS = 20
SEAL_SECONDS = 30
MEND_SECONDS = 600
"""How often steps of the log are looked for that have no entry in the audit; the first time at the start."""
IDLE_SECONDS = 1.0
LONGEST_PAUSE = 60.0
"""Seconds to wait at most after faults that are none of a job's, such as a database that is away."""
FAULT = "Something in Leadline itself failed. Whoever runs this instance finds where in its log, under the job's name."
KILLED = (
    f"The work ended its worker {claims.MOST_ATTEMPTS} times, by want of memory or because it was stopped by force, and"
    " is not taken up again. Ask whoever runs this instance before you ask for it again."
)
_LOG = logging.getLogger(__name__)


def work(stopping: threading.Event) -> None:
    """Carry out jobs and seal the audit until told to stop; a job under way is finished or taken up by the next.

    No fault ends it: what goes wrong in a job fails that job, and anything else is written to the server's log and
    tried again, after pauses that grow.
    """
    chores, faults = (Chore(mend_all, MEND_SECONDS), Chore(_seal, SEAL_SECONDS)), 0
    while not stopping.is_set():
        for chore in chores:
            chore.when_due()
        try:
            worked, faults = work_once(), 0
        except Exception as error:
            _told(error, "The worker could not go on with the queue, and tries again.")
            worked, faults = False, faults + 1
        if not worked:
            stopping.wait(min(IDLE_SECONDS * 2**faults, LONGEST_PAUSE))
        close_old_connections()


@dataclass
class Chore:
    """Something that is to be done every so many seconds, the first time at once; that it failed stops nothing."""

    do: Callable[[], object]
    every: float
    last: float | None = None

    def when_due(self) -> None:
        """Do it if it is time to."""
        if self.last is not None and time.monotonic() - self.last < self.every:
            return
        self.last = time.monotonic()
        try:
            self.do()
        except Exception as error:
            _told(error, f"{self.do.__name__} failed and is tried again in {self.every:.0f} seconds.")


def work_once() -> bool:
    """Claim one job and carry it out; False where none waits.

    Whatever goes wrong in it is the job's end and not the worker's. A job that ended its worker (by memory, or by a
    kill) is taken up again, and fails with the attempt after the last one that is allowed.
    """
    job = claims.claim_one()
    if job is None:
        return False
    machine = Machine(job.agency_id)
    if job.attempts > claims.MOST_ATTEMPTS:
        claims.close(job, JobState.FAILED, fault=KILLED, actor=machine)
        return True
    try:
        with _beating(job):
            result = _PLANS[JobKind(job.kind)](job, Reported(job))
    except Busy:
        claims.give_back(job)
        return False
    except LeadlineError as error:
        claims.close(job, JobState.FAILED, fault=str(error), actor=machine)
    except Exception as error:
        _told(error, f"Job {job.pk} ({job.kind}) failed by a fault of Leadline.")
        claims.close(job, JobState.FAILED, fault=FAULT, actor=machine)
    else:
        claims.close(job, JobState.DONE, result=result, actor=machine)
    return True


def _told(error: BaseException, what: str) -> None:
    """Where it happened, for the server's log: kinds of errors and lines of code. Their messages may quote evidence."""
    lines, seen = [what], set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(f"{type(cause).__qualname__}, at:\n{''.join(traceback.format_tb(cause.__traceback__))}".rstrip())
        cause = cause.__cause__ or cause.__context__
    _LOG.error("\n".join(lines))


class Reported:
    """Progress written to the job's row, at most once a second."""

    def __init__(self, job: Job) -> None:
        self.job, self.doing, self.done, self.rows, self.told = job, "", 0, 0, 0.0
        self.total: int | None = None
        self.began: datetime | None = None

    def begin(self, what: str, total: int | None) -> None:
        """A new task begins."""
        self.doing, self.total, self.done, self.rows, self.began = what, total, 0, 0, now()
        self._tell()

    def advance(self, amount: int, *, rows: int = 0) -> None:
        """So much of it is done."""
        self.done += amount
        self.rows += rows
        if time.monotonic() - self.told >= 1:
            self._tell()

    def end(self) -> None:
        """The task is done."""

    def _tell(self) -> None:
        self.told = time.monotonic()
        claims.beat(self.job, doing=self.doing, done=self.done, total=self.total, rows=self.rows, began=self.began)


def _receive(job: Job, progress: Reported) -> dict[str, Any]:
    actor, stated = job.asked_by, job.arguments
    permit(actor, Verb.TIP_RECEIVE)
    received = receive(
        workspace(),
        incoming(stated["bundle"], actor=actor),
        as_is=stated["as_is"],
        leave_out=stated["leave_out"],
        progress=progress,
        agency=agency_code(actor),
    )
    tip = received.manifest.tip
    take_on(tip, actor=actor)
    seen = plain(look_at_tip(workspace(), tip, progress=progress))
    return {"tip": tip, "again": received.again, "gaps": list(received.manifest.gaps), "look": seen}


def _run(job: Job, progress: Reported) -> dict[str, Any]:
    permit(job.asked_by, Verb.RUN_START)
    manifest = tip_of(job.asked_by, job.arguments["tip"])
    finished = run_tip(workspace(), parse_tip(manifest.tip), progress=progress)
    list_run(finished.accounting.run, progress=progress, actor=job.asked_by)
    return finished.to_json()


def _index(job: Job, progress: Reported) -> dict[str, Any]:
    tip = list_run(job.arguments["run"], progress=progress, actor=job.asked_by)
    return {"tip": tip.tip, "run": tip.current_run}


def _export(job: Job, progress: Reported) -> dict[str, Any]:
    actor, stated = job.asked_by, job.arguments
    permit(actor, Verb.EXPORT_MAKE)
    view = run_of(actor, stated["run"])
    clear_old()
    progress.begin("writing the file", None)
    target = exported_file(job)
    return export_candidates(view, Filter.read(stated["filter"]), stated["format"], target, actor=actor)


def _seal_packages(job: Job, progress: Reported) -> dict[str, Any]:
    return seal_referrals(job.arguments["referrals"], progress, actor=job.asked_by)


def _examine(job: Job, progress: Reported) -> dict[str, Any]:
    actor = job.asked_by
    permit(actor, Verb.DEVICE_EXAMINE)
    row = one(Examination, job.arguments["examination"], actor=actor)
    done = examine(
        workspace(),
        device(row.source, actor=actor),
        authority=row.authority,
        account=row.lead.account_key if row.lead else None,
        by=str(actor.pk),
        within=Within(agency_code(actor), run_beside(row, actor=actor)),
        progress=progress,
    )
    note_examined(row.pk, done.id, actor=actor)
    return {"examination": done.id, "files": done.record["files"], "seconds": int(done.seconds)}


def _hand_over(job: Job, progress: Reported) -> dict[str, Any]:
    actor, told = job.asked_by, job.arguments
    permit(actor, Verb.CUSTODY_RECORD)
    row = one(Examination, told["examination"], actor=actor)
    progress.begin("hashing the source again", None)
    step = {"holder": told["holder"], "place": told["place"], "remark": told["remark"], "actor": actor}
    try:
        hand_over(
            workspace(), row.examination, device(row.source, actor=actor), to=told["holder"], by=str(actor.pk),
            remark=told["remark"],
        )  # fmt: skip
    except IntegrityBroken:
        record_custody(row.exhibit_id, CustodyKind.HANDED_OVER, digests=Rehash.DIFFERENT, **step)
        raise
    record_custody(row.exhibit_id, CustodyKind.HANDED_OVER, digests=Rehash.EQUAL, **step)
    return {"digests": str(Rehash.EQUAL)}


def _retire(job: Job, progress: Reported) -> dict[str, Any]:
    return carry_on(job.arguments["retirement"], progress, actor=job.asked_by)


def _disclose(job: Job, progress: Reported) -> dict[str, Any]:
    progress.begin("writing the papers", None)
    return write_disclosure(job, actor=job.asked_by)


_PLANS: dict[JobKind, Callable[[Job, Reported], dict[str, Any]]] = {
    JobKind.RECEIVE: _receive,
    JobKind.RUN: _run,
    JobKind.INDEX: _index,
    JobKind.EXPORT: _export,
    JobKind.SEAL: _seal_packages,
    JobKind.EXAMINE: _examine,
    JobKind.HAND_OVER: _hand_over,
    JobKind.RETIRE: _retire,
    JobKind.DISCLOSE: _disclose,
}


def _seal() -> None:
    try:
        seal_all()
    except Busy:
        return


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """Signs of life from a thread of its own, because a step of the engine may take minutes without a word."""
    done = threading.Event()

    def beats() -> None:
        while not done.wait(BEAT_SECONDS):
            try:
                claims.beat(job)
            except Conflict:
                return
            except DatabaseError as error:
                _told(error, f"A sign of life of job {job.pk} was not written.")
            finally:
                connection.close()

    thread = threading.Thread(target=beats, name=f"beat {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
