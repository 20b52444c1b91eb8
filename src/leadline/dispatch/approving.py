"""The second person: who drafted a referral never approves it, and what was approved is exactly what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.dispatch.ledger import APPROVED, WITHDRAWN, Referral, read_order, referral_of
from leadline.errors import ApprovalMissing, Conflict, WrongUsage
from leadline.inquiry.showing import os_user
from leadline.reference.partners.partner import person
from leadline.reference.partners.register import partners
from leadline.seal.dsse import fingerprint
from leadline.seal.log import Log
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from pathlib import Path


def approve(workspace: Path, ref: str, *, by: str, reason: str = "") -> Referral:
    """Approve an order as it stands; the entry holds its digest and the fingerprint of the key it will go to.

    :class:`ApprovalMissing` for the drafter under any spelling; :class:`Conflict` where it is no draft any more.
    """
    if not by.strip():
        raise WrongUsage("--by may not be empty.", advice="Name the second person.")
    log = Log.open(workspace)
    with log.writing("approve"):
        referral = referral_of(workspace, ref)
        order = read_order(workspace, referral)
        if person(by) == person(order.drafted_by):
            raise ApprovalMissing(
                f"{by} drafted {ref}: a second person must approve it.", advice="Ask a colleague: --by COLLEAGUE."
            )
        if referral.state != "drafted":
            raise Conflict(f"{ref} is {referral.state} already.", advice=f"See `leadline referrals show {ref}`.")
        partner = partners(workspace).get(order.partner)
        key = partner.key(now().date()) if partner else None
        payload = {
            "by": by,
            "os_user": os_user(),
            "reason": reason,
            "order_sha256": referral.sha256,
            "fingerprint": fingerprint(key.age_recipient) if key else "",
        }
        log.append(APPROVED, subject=ref, payload=payload)
    return referral_of(workspace, ref)


def withdraw(workspace: Path, ref: str, *, by: str, reason: str) -> Referral:
    """Take back a draft that was never sealed."""
    log = Log.open(workspace)
    with log.writing("recall"):
        referral = referral_of(workspace, ref)
        if referral.state not in ("drafted", "approved"):
            raise Conflict(f"{ref} is {referral.state}.", advice="A package that has gone is recalled by another one.")
        log.append(WITHDRAWN, subject=ref, payload={"by": by, "os_user": os_user(), "reason": reason})
    return referral_of(workspace, ref)
