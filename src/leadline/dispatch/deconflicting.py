"""Deconfliction: a package waits while another agency of this instance works on one of its accounts.

The same account is the same key at the same provider, exactly. What an agency learns of another one is that there is
a claim, whose it is, and on which of its own accounts: never what the other one has, did or found. Both sides see it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.dispatch.ledger import (
    HELD,
    PROPOSED,
    RELEASED,
    SEALED,
    SENDS,
    Referral,
    Subject,
    read_order,
    referral_of,
    referrals,
    subject,
)
from leadline.errors import ApprovalMissing, Conflict, HeldByDeconfliction, WrongUsage
from leadline.inquiry.showing import os_user
from leadline.inquiry.tips import sealed_tips
from leadline.reference.partners.partner import person
from leadline.seal.log import Log

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from leadline.stages.referral.order import Order


@dataclass(frozen=True)
class Claim:
    """That an agency works on an account: a lead of its desk, or a referral of its tip."""

    agency: str
    """As its tips carry it."""
    provider: str
    account: str

    @property
    def subject(self) -> Subject:
        """What is compared."""
        return subject(self.provider, self.account)


@dataclass(frozen=True)
class Hold:
    """Accounts of a referral on which another agency has a claim."""

    agency: str
    leads: tuple[str, ...]
    """The referral's own names for them."""


class Claims:
    """Every claim on the instance, read once; none where all tips are one agency's."""

    def __init__(self, workspace: Path, desk: Iterable[Claim] = ()) -> None:
        """``desk``: the claims of the desks' leads; who has a database at hand gives them."""
        self._workspace = workspace
        self._agencies = {tip.tip: tip.agency for tip in sealed_tips(workspace)}
        self._held: defaultdict[Subject, set[str]] = defaultdict(set)
        if len(set(self._agencies.values())) > 1:
            for claim in (*desk, *self._of_referrals()):
                self._held[claim.subject].add(claim.agency)

    def _of_referrals(self) -> Iterator[Claim]:
        for one in referrals(self._workspace).values():
            if one.state not in ("withdrawn", "recalled"):
                order = read_order(self._workspace, one)
                if order.kind in SENDS:
                    yield from (Claim(self.agency(order), order.provider, item.account) for item in order.items)

    def agency(self, order: Order) -> str:
        """Whose tip an order is about; empty where the tip is erased."""
        return self._agencies.get(order.tip, "")

    def on(self, order: Order) -> tuple[Hold, ...]:
        """What other agencies claim of an order's accounts, by agency."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        if order.kind in SENDS:
            own = self.agency(order)
            for item in order.items:
                for agency in self._held.get(subject(order.provider, item.account), set()) - {own}:
                    found[agency].append(item.lead)
        return tuple(Hold(agency, tuple(sorted(leads))) for agency, leads in sorted(found.items()))


def unsettled(referral: Referral, holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """What of the holds nobody has released yet; a release covers the order and the accounts that it was about."""
    settled = {
        (lead, agency)
        for step in referral.steps
        if step.action == RELEASED and step.facts.get("order_sha256") == referral.sha256
        for agency, leads in step.facts["holds"].items()
        for lead in leads
    }
    left = ((one.agency, tuple(lead for lead in one.leads if (lead, one.agency) not in settled)) for one in holds)
    return tuple(Hold(agency, leads) for agency, leads in left if leads)


def refuse_held(log: Log, claims: Claims, referral: Referral, order: Order) -> None:
    """:class:`HeldByDeconfliction` while a hold is not settled; the hit itself is kept, for both sides."""
    left = unsettled(referral, claims.on(order))
    if not left:
        return
    named = {one.agency: list(one.leads) for one in left}
    if not _told(referral, named):
        log.append(HELD, subject=order.referral, payload={"os_user": os_user(), "holds": named})
    raise HeldByDeconfliction(
        f"{_words(left)} of {order.referral}: nothing is sealed until this is settled.",
        advice=f"Speak with them, then: `leadline referrals release {order.referral} --agreed-with AGENCY`.",
    )


def _told(referral: Referral, named: Mapping[str, list[str]]) -> bool:
    step = referral.last(HELD)
    return step is not None and step.facts.get("holds") == named


def _words(holds: Iterable[Hold]) -> str:
    return "; ".join(f"{one.agency} has a claim on {len(one.leads)} accounts" for one in holds)


def holds(workspace: Path, ref: str, *, desk: Iterable[Claim] = ()) -> list[dict[str, Any]]:
    """Every hold on a referral as it stands: `held_by`, `leads`, `settled`."""
    referral = referral_of(workspace, ref)
    found = Claims(workspace, desk).on(read_order(workspace, referral))
    left = {one.agency: set(one.leads) for one in unsettled(referral, found)}
    return [
        {"referral": ref, "held_by": one.agency, "leads": list(one.leads), "settled": not left.get(one.agency)}
        for one in found
    ]


def pointers(workspace: Path, agency: str) -> list[dict[str, Any]]:
    """What one agency may know of others' packages that wait for it: whose, since when, and on which accounts."""
    found = []
    for one in referrals(workspace).values():
        for step in one.steps:
            leads = set(step.facts.get("holds", {}).get(agency, ())) if step.action == HELD else set()
            if leads:
                order = read_order(workspace, one)
                accounts = sorted(item.account for item in order.items if item.lead in leads)
                found.append({"at": step.at, "agency": _owner(workspace, order), "accounts": accounts})
    return found


def _owner(workspace: Path, order: Order) -> str:
    return next((tip.agency for tip in sealed_tips(workspace) if tip.tip == order.tip), "")


def propose(
    workspace: Path, ref: str, *, by: str, agreed_with: Iterable[str], reason: str, desk: Iterable[Claim] = ()
) -> Referral:
    """Write down what was agreed, for a second person to stand behind; it releases nothing.

    :class:`WrongUsage` and :class:`Conflict` as :func:`release` says.
    """
    log = Log.open(workspace)
    with log.writing("release"):
        referral, named = _settling(workspace, ref, agreed_with, reason, desk)
        payload = {"by": by, "os_user": os_user(), "reason": reason, "holds": named}
        log.append(PROPOSED, subject=ref, payload={**payload, "order_sha256": referral.sha256})
    return referral_of(workspace, ref)


def release(
    workspace: Path,
    ref: str,
    *,
    by: str,
    second: str,
    agreed_with: Iterable[str],
    reason: str,
    desk: Iterable[Claim] = (),
) -> Referral:
    """Settle the holds on a referral: two persons, the reason, and each agency that it was agreed with.

    What another agency claims later holds it again. :class:`ApprovalMissing` for one person alone;
    :class:`WrongUsage` without a reason or where an agency that holds it is not named; :class:`Conflict` where
    nothing holds it.
    """
    if not by.strip() or not second.strip() or person(by) == person(second):
        raise ApprovalMissing("Releasing a hold needs two persons.", advice="Name another one with --with.")
    log = Log.open(workspace)
    with log.writing("release"):
        referral, named = _settling(workspace, ref, agreed_with, reason, desk)
        payload = {"by": by, "second": second, "os_user": os_user(), "reason": reason, "holds": named}
        log.append(RELEASED, subject=ref, payload={**payload, "order_sha256": referral.sha256})
    return referral_of(workspace, ref)


def _settling(
    workspace: Path, ref: str, agreed_with: Iterable[str], reason: str, desk: Iterable[Claim]
) -> tuple[Referral, dict[str, list[str]]]:
    """A referral with what holds it, all of it agreed with whoever holds it."""
    if not reason.strip():
        raise WrongUsage("no reason was given.", advice="Say what was agreed: --reason TEXT.")
    referral = referral_of(workspace, ref)
    if referral.state == "withdrawn" or referral.last(SEALED):
        raise Conflict(f"{ref} is {referral.state}.", advice=f"See `leadline referrals show {ref}`.")
    left = unsettled(referral, Claims(workspace, desk).on(read_order(workspace, referral)))
    if not left:
        raise Conflict(f"nothing holds {ref}.", advice="Seal it once it is approved.")
    unnamed = sorted({one.agency for one in left} - set(agreed_with))
    if unnamed:
        raise WrongUsage(f"{', '.join(unnamed)} holds it, too.", advice="Name each: --agreed-with AGENCY.")
    return referral, {one.agency: list(one.leads) for one in left}
