"""A cleared account is taken out: one person asks, a second one who has seen what has to go agrees, a job does it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record
from leadline.casefile.actions.jobs import ask
from leadline.casefile.evidence import agency_code, workspace
from leadline.casefile.models import Lead, Member, Retirement
from leadline.casefile.policy import Verb, permit
from leadline.casefile.retiring import compact, take_out
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.dispatch.identifying import TAKEN_OUT, identifiers
from leadline.dispatch.ledger import DRAFTED, referrals, subject
from leadline.dispatch.retiring import look, retire, untold_about
from leadline.dispatch.returning import clear
from leadline.errors import ApprovalMissing, Conflict
from leadline.inquiry.runs import open_run
from leadline.seal.envelope import read_recipient
from leadline.vocabulary.casework import JobKind, RetirementState
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from leadline.dispatch.ledger import Referral, Subject
    from leadline.facts.runs import Progress

REASON_CODE = "cleared"
OPEN = (RetirementState.ASKED, RetirementState.FOUND, RetirementState.AGREED)


@decision
def ask_retirement(lead: str, reason: str, custodian: str, *, actor: Member) -> Retirement:
    """Say that the holder of a lead's account is cleared; a job finds what has to go and drafts the notices.

    ``custodian`` is the age key to which papers are sealed off. :class:`Conflict` where it was asked for before.
    """
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.ACCOUNT_RETIRE, found)
    read_recipient(custodian.strip())
    before = Retirement.scoped.visible_to(actor).filter(lead=found)
    if before.filter(state__in=OPEN).exists() or is_taken_out(found):
        raise Conflict("this account is being taken out, or was.", advice="See the list of those taken out.")
    row = Retirement(
        agency_id=actor.agency_id,
        lead=found,
        reason=filled(reason, "reason"),
        custodian=custodian.strip(),
        asked_by=actor,
        created_at=now(),
    ).insert()
    row.job = ask(JobKind.RETIRE, {"retirement": row.pk}, actor)
    row.change(["job"])
    record(actor, "account:retirement:asked", found.pk, {"retirement": row.pk, "reason": row.reason})
    return row


@decision
def agree_retirement(retirement: str, *, actor: Member) -> Retirement:
    """Stand behind it as the second person; a job then takes the account out.

    :class:`ApprovalMissing` for whoever asked, and until every recipient of a package with it has been told.
    """
    row = one(Retirement, retirement, actor=actor, lock=True)
    permit(actor, Verb.ACCOUNT_TAKE_OUT, row)
    if row.asked_by_id == actor.pk:
        raise ApprovalMissing("whoever asked may not agree.", advice="Ask a colleague.")
    if row.state != RetirementState.FOUND:
        raise Conflict(f"it is {row.state}.", advice="See its page.")
    untold = untold_about(workspace(), whose(row))
    if untold:
        raise ApprovalMissing(
            f"recipients of {len(untold)} packages have not been told that the holder is cleared.",
            advice="Have the notices approved and sealed first; they stand on the page.",
        )
    row.state, row.agreed_by, row.agreed_at = RetirementState.AGREED, actor, now()
    row.job = ask(JobKind.RETIRE, {"retirement": row.pk}, actor)
    row.change(["state", "agreed_by", "agreed_at", "job"])
    record(actor, "account:retirement:agreed", row.lead_id, {"retirement": row.pk})
    return row


@decision
def decline_retirement(retirement: str, reason: str, *, actor: Member) -> Retirement:
    """Leave the account where it is."""
    row = one(Retirement, retirement, actor=actor, lock=True)
    permit(actor, Verb.ACCOUNT_RETIRE, row)
    if row.state not in (RetirementState.ASKED, RetirementState.FOUND):
        raise Conflict(f"it is {row.state}.", advice="See its page.")
    row.state = RetirementState.DECLINED
    row.change(["state"])
    told = {"retirement": row.pk, "reason": filled(reason, "reason")}
    record(actor, "account:retirement:declined", row.lead_id, told)
    return row


def carry_on(retirement: str, progress: Progress, *, actor: Member) -> dict[str, Any]:
    """What the worker does: find what has to go, or, once two persons stand behind it, take the account out."""
    row = one(Retirement, retirement, actor=actor)
    if row.state == RetirementState.AGREED:
        permit(actor, Verb.ACCOUNT_TAKE_OUT, row)
        progress.begin("taking the account out", None)
        return _carry_out(row, actor)
    permit(actor, Verb.ACCOUNT_RETIRE, row)
    progress.begin("looking for what has to go", None)
    going = look(workspace(), row.lead.account_key, whose=agency_code(actor)).to_json()
    notices = clear(workspace(), [whose(row)], by=actor.login)
    known = referrals(workspace())
    _found(row.pk, going, [known[ref] for ref in notices], actor=actor)
    return {**going, "notices": notices}


def whose(row: Retirement) -> Subject:
    """The holder of the account that is to be taken out."""
    return subject(open_run(workspace(), row.lead.run).tip.provider, row.lead.account_key)


def is_taken_out(lead: Lead) -> bool:
    """Whether the lead has forgotten its account."""
    return lead.account_key == f"{TAKEN_OUT} {lead.pk}"


@decision
def _found(retirement: str, going: dict[str, int], notices: list[Referral], *, actor: Member) -> None:
    row = one(Retirement, retirement, actor=actor, lock=True)
    if row.state == RetirementState.ASKED:
        row.found, row.state = going, RetirementState.FOUND
        row.change(["found", "state"])
    for notice in notices:
        record(
            actor, DRAFTED, notice.ref, {**notice.steps[0].numbers, "kind": "cleared", "logged_at": notice.steps[0].at}
        )


def _carry_out(row: Retirement, actor: Member) -> dict[str, Any]:
    """Both halves, evidence and desk; taken up again after a crash, with the identifiers that were known before it."""
    account, words = _words(row, actor)
    persons = {"by": row.asked_by.login, "second": str(row.agreed_by and row.agreed_by.login)}
    done = retire(
        workspace(), account, custodian=row.custodian, reason_code=REASON_CODE, whose=agency_code(actor), words=words,
        **persons,
    )  # fmt: skip
    desk = take_out(account, words, reason_code=REASON_CODE)
    told = {
        "rewritten": len(done.rewritten), "sealed_off": [Path(path).name for path in done.sealed_off],
        "erased": len(done.erased), "desk": desk,
    }  # fmt: skip
    _done(row.pk, told, actor=actor)
    compact()
    return told


def _words(row: Retirement, actor: Member) -> tuple[str, frozenset[str]]:
    """The account and its identifiers, which stay with the row while it is under way."""
    if not row.words:
        account = row.lead.account_key
        told = [account, *identifiers(workspace(), account)]
        row.words = base64.b64encode(json.dumps(told).encode()).decode()
        _kept(row.pk, row.words, actor=actor)
    account, *words = json.loads(base64.b64decode(row.words))
    return account, frozenset(words)


@decision
def _kept(retirement: str, words: str, *, actor: Member) -> None:
    row = one(Retirement, retirement, actor=actor, lock=True)
    row.words = words
    row.change(["words"])
    record(actor, "account:retirement:begun", row.lead_id, {"retirement": row.pk})


@decision
def _done(retirement: str, told: dict[str, Any], *, actor: Member) -> None:
    row = one(Retirement, retirement, actor=actor, lock=True)
    row.state, row.words, row.reason, row.done = RetirementState.DONE, "", TAKEN_OUT, told
    row.change(["state", "words", "reason", "done"])
    record(actor, "account:retirement:done", row.lead_id, {"retirement": row.pk, "reason_code": REASON_CODE})
