"""Devices: asking for an examination or a re-hash, taking contents to look at, releasing withheld rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record, record_reading
from leadline.casefile.actions.jobs import ask
from leadline.casefile.devices import ROWS_RELEASED, TAKEN, device, view_of
from leadline.casefile.evidence import agency_code, workspace
from leadline.casefile.models import Case, Examination, Exhibit, Lead, Member
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import ApprovalMissing
from leadline.exposure import Viewer
from leadline.looking import take_up
from leadline.reference.hashsets.keying import default_key_path, key_of, read_key
from leadline.seal.log import Log
from leadline.vocabulary.casework import JobKind
from leadline.vocabulary.instants import now
from leadline.withheld import RELEASED, release_rows

if TYPE_CHECKING:
    from leadline.casefile.models import Job
    from leadline.looking import Taken


@decision
def ask_examination(
    exhibit: str, source: str, authority: str, *, lead: str | None = None, actor: Member
) -> Examination:
    """Have a device of the agency's folder examined as this exhibit; of a lead, its opened objects come first."""
    permit(actor, Verb.DEVICE_EXAMINE)
    device(source, actor=actor)
    row = Examination(
        agency_id=actor.agency_id,
        exhibit=one(Exhibit, exhibit, actor=actor),
        lead=one(Lead, lead, actor=actor) if lead else None,
        source=source,
        authority=filled(authority, "authority"),
        asked_by=actor,
        created_at=now(),
    ).insert()
    row.job = ask(JobKind.EXAMINE, {"examination": row.pk}, actor)
    row.change(["job"])
    told = {"examination": row.pk, "source": source, "authority": row.authority, "lead": lead or ""}
    record(actor, "exhibit:examination:asked", row.exhibit_id, told)
    return row


@decision
def ask_hand_over(examination: str, *, holder: str, place: str = "", remark: str = "", actor: Member) -> Job:
    """Have an examined source hashed again while it changes hands; the step is recorded with what that gave."""
    permit(actor, Verb.CUSTODY_RECORD)
    row = one(Examination, examination, actor=actor)
    view_of(row)
    told = {"examination": row.pk, "holder": one(Member, holder, actor=actor).pk, "place": place, "remark": remark}
    job = ask(JobKind.HAND_OVER, told, actor)
    record(actor, "exhibit:hand-over:asked", row.exhibit_id, {"examination": row.pk, "job": job.pk})
    return job


@decision
def note_examined(examination: str, sealed: str, *, actor: Member) -> None:
    """The examination is complete, under this name in the lake."""
    permit(actor, Verb.DEVICE_EXAMINE)
    row = one(Examination, examination, actor=actor, lock=True)
    row.examination = sealed
    row.change(["examination"])
    record(actor, "exhibit:examination:completed", row.exhibit_id, {"examination": row.pk, "sealed": sealed})


def take_contents(examination: str, *, groups: int = 1, again: str = "", actor: Member) -> Taken:
    """Take the next groups to look at. The ledger in the workspace's log is the decision; the audit names it too."""
    permit(actor, Verb.CONTENTS_LOOK)
    row = one(Examination, examination, actor=actor)
    viewer = Viewer(agency_code(actor), str(actor.pk))
    taken = take_up(workspace(), view_of(row).id, viewer=viewer, groups=groups, again=again)
    told = {"examination": row.pk, "again": again, "logged_at": taken.logged_at}
    record_reading(actor, TAKEN, row.exhibit_id, told)
    return taken


def release_listing(examination: str, case: str, key: str = "", *, actor: Member) -> Examination:
    """Open the withheld rows of a listing for a case; never by whoever asked for the examination.

    ``key`` is the text of the key file of the hash sets; empty where it lies with the desk's own OS account.
    """
    permit(actor, Verb.ROWS_RELEASE)
    row, tied = one(Examination, examination, actor=actor), one(Case, case, actor=actor)
    if row.asked_by_id == actor.pk:
        raise ApprovalMissing("whoever asked for an examination may not release its rows.", advice="Ask a colleague.")
    secret = key_of(key, where="the key file") if key.strip() else read_key(default_key_path(workspace()))
    sealed = view_of(row).id
    release_rows(workspace(), sealed, secret, case=tied.pk, released_by=str(actor.pk))
    logged = Log.open(workspace()).newest(RELEASED, sealed)
    return _released(row.pk, tied.pk, logged.at if logged else "", actor=actor)


@decision
def _released(examination: str, case: str, logged_at: str, *, actor: Member) -> Examination:
    row = one(Examination, examination, actor=actor, lock=True)
    row.released_for, row.released_by, row.released_at = one(Case, case, actor=actor), actor, now()
    row.change(["released_for", "released_by", "released_at"])
    told = {"examination": row.pk, "case": case, "logged_at": logged_at}
    record(actor, ROWS_RELEASED, row.exhibit_id, told)
    return row
