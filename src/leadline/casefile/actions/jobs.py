"""Asking for work in the background; the worker carries it out on behalf of whoever asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import run_of, tip_of, workspace
from leadline.casefile.index.pages import indexed
from leadline.casefile.models import Examination, Job, Lead, Member, Retirement
from leadline.casefile.policy import Verb, permit
from leadline.casefile.referred import referral_for
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Busy, Conflict, NotThere, WrongUsage
from leadline.settings import read_settings
from leadline.vocabulary.casework import JobKind, JobState
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadline.casefile.index.filters import Filter

INCOMING = "-incoming"
"""What follows the workspace's name in that of the folder beside it into which bundles are put for the desk to
receive, unless the setting `incoming` names another. It lies beside it, for nothing in a workspace is unsealed."""
FORMATS = ("csv", "xlsx", "json")
MOST_WAITING = 20
"""Jobs of one agency that may wait at once."""
VERBS = {
    JobKind.RECEIVE: Verb.TIP_RECEIVE,
    JobKind.RUN: Verb.RUN_START,
    JobKind.INDEX: Verb.RUN_START,
    JobKind.EXPORT: Verb.EXPORT_MAKE,
    JobKind.SEAL: Verb.REFERRAL_SEAL,
    JobKind.EXAMINE: Verb.DEVICE_EXAMINE,
    JobKind.HAND_OVER: Verb.CUSTODY_RECORD,
    JobKind.RETIRE: Verb.ACCOUNT_RETIRE,
    JobKind.DISCLOSE: Verb.ACCOUNT_DISCLOSE,
}
"""What somebody must be allowed who asks for a job of a kind, calls one off or asks for it again."""
_STOPPABLE = (JobState.WAITING, JobState.RUNNING)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]{0,120}\Z", re.ASCII)


@decision
def ask_receive(bundle: str, *, leave_out: Sequence[str] = (), as_is: bool = False, actor: Member) -> Job:
    """Have a bundle sealed that lies under this name in the agency's :func:`incoming_folder`."""
    permit(actor, Verb.TIP_RECEIVE)
    incoming(bundle, actor=actor)
    return ask(JobKind.RECEIVE, {"bundle": bundle, "leave_out": list(leave_out), "as_is": as_is}, actor)


@decision
def ask_run(tip: str, *, actor: Member) -> Job:
    """Have the whole plan carried out on a tip of the agency, and its candidates listed."""
    permit(actor, Verb.RUN_START)
    tip_of(actor, tip)
    return ask(JobKind.RUN, {"tip": tip}, actor)


@decision
def ask_index(run: str, *, of: str = "", actor: Member) -> Job:
    """Have the lists of a complete run built anew; ``of`` is the tip that it must be of, where one is named."""
    permit(actor, Verb.RUN_START)
    if of and tip_of(actor, of).tip != run_of(actor, run).tip.tip:
        raise NotThere("there is no such run of this tip.", advice="See the page of the tip.")
    run_of(actor, run)
    return ask(JobKind.INDEX, {"run": run}, actor)


@decision
def ask_export(run: str, wanted: Filter, layout: str, reason: str, *, actor: Member) -> Job:
    """Have the whole of a filtered list written to a file (``layout``: one of :data:`FORMATS`)."""
    permit(actor, Verb.EXPORT_MAKE)
    if layout not in FORMATS:
        raise WrongUsage(f"there is no format {layout!r}.", advice=f"Known: {', '.join(FORMATS)}.")
    indexed(run, actor=actor)
    told = {"what": "candidates", "run": run, "filter": wanted.words(), "format": layout}
    return ask(JobKind.EXPORT, {**told, "reason": filled(reason, "reason")}, actor)


@decision
def ask_seal(refs: Sequence[str], *, actor: Member) -> Job:
    """Have packages sealed of referrals that were approved; `referral:seal` is asked again when the work begins."""
    permit(actor, Verb.REFERRAL_SEAL)
    wanted = sorted(set(refs))
    if not wanted:
        raise WrongUsage("no referral was chosen.", advice="Tick one or more.")
    for ref in wanted:
        state = referral_for(ref, actor=actor).state
        if state in ("drafted", "withdrawn", "recalled"):
            raise Conflict(f"{ref} is {state}.", advice="Only what was approved can be sealed.")
    return ask(JobKind.SEAL, {"referrals": wanted}, actor)


@decision
def ask_disclosure(lead: str, reason: str, *, actor: Member) -> Job:
    """Have everything written to a file that speaks for or against the holder of a lead's account, for the defence."""
    found = one(Lead, lead, actor=actor)
    permit(actor, Verb.ACCOUNT_DISCLOSE, found)
    told = {"lead": found.pk, "format": "zip", "reason": filled(reason, "reason")}
    job = ask(JobKind.DISCLOSE, told, actor)
    record(actor, "account:papers:asked", found.pk, {"job": job.pk, "reason": told["reason"]})
    return job


@decision
def cancel_job(job: str, *, actor: Member) -> Job:
    """Call a job off; a worker that has it stops at its next sign of life, and seals nothing after that."""
    found = one(Job, job, actor=actor, lock=True)
    permit(actor, VERBS[JobKind(found.kind)], found)
    if found.state not in _STOPPABLE:
        raise Conflict(f"the job is {found.state}.", advice="Nothing is to be called off.")
    found.state, found.claim, found.doing, found.ended_at = JobState.CANCELLED, "", "", now()
    found.change(["state", "claim", "doing", "ended_at"])
    record(actor, f"job:{found.kind}:{JobState.CANCELLED}", found.id, {"attempts": found.attempts})
    return found


@decision
def ask_again(job: str, *, actor: Member) -> Job:
    """A new job that does what one was asked for that failed or was called off; what was done is taken up."""
    found = one(Job, job, actor=actor, lock=True)
    permit(actor, VERBS[JobKind(found.kind)], found)
    if found.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Conflict(f"the job is {found.state}.", advice="Only what failed or was called off is asked for again.")
    new = ask(JobKind(found.kind), found.arguments, actor)
    row: Examination | Retirement | None = None
    if found.kind == JobKind.EXAMINE:
        row = one(Examination, found.arguments["examination"], actor=actor, lock=True)
    elif found.kind == JobKind.RETIRE:
        row = one(Retirement, found.arguments["retirement"], actor=actor, lock=True)
    if row is not None:
        row.job = new
        row.change(["job"])
    return new


def incoming_folder(actor: Member) -> Path:
    """Where the bundles of the actor's agency are put."""
    there = workspace()
    stated = read_settings(there, {}).incoming
    return (Path(stated) if stated else there.with_name(f"{there.name}{INCOMING}")) / actor.agency.code


def incoming(bundle: str, *, actor: Member) -> Path:
    """The bundle of this name in the agency's folder; :class:`NotThere` where there is none."""
    path = incoming_folder(actor) / bundle
    if not is_bundle_name(bundle) or path.is_symlink() or not path.exists():
        raise NotThere("there is no such bundle.", advice="Put it into the agency's incoming folder.")
    return path


def is_bundle_name(name: str) -> bool:
    """Whether the desk takes a bundle of this name: letters, digits, dot, blank, underscore, hyphen; none hidden."""
    return _NAME.match(name) is not None


def ask(kind: JobKind, arguments: Mapping[str, Any], actor: Member) -> Job:
    """A waiting job, in the transaction of the verb that asks for it; :class:`Busy` where too many wait."""
    waiting = Job.scoped.visible_to(actor).filter(state=JobState.WAITING).count()
    if waiting >= MOST_WAITING:
        raise Busy(f"{waiting} jobs wait already.", advice="Try again when some are done.")
    job = Job(
        agency_id=actor.agency_id, kind=kind, arguments=dict(arguments), asked_by=actor, created_at=now()
    ).insert()
    record(actor, f"job:{kind}:asked", job.id, arguments)
    return job
