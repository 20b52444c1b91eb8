"""What came back to the agency: figures, the rows behind each of them, and what was said of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.casefile.policy import Verb, permit
from leadline.casefile.referred import referrals_of
from leadline.dispatch.returning import counted
from leadline.stages.referral.order import Kind
from leadline.vocabulary.returns import COUNTS, ReturnOutcome, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leadline.casefile.models import Member

WHAT = {
    "leads_answered": "leads answered",
    **{f"outcome_{one.replace('-', '_')}": str(one).replace("-", " ") for one in ReturnOutcome},
    "persons_identified": "persons identified",
    "arrests": "persons arrested",
    "devices": "devices",
    "positions_of_trust": "positions of trust",
    "children_safeguarded": "children safeguarded",
}
"""Figures of returns, each with its words; :func:`rows_behind` has the rows of each."""
STEPS = ("leads_answered", "persons_identified", "arrests", "positions_of_trust", "children_safeguarded")
"""What partners say came of leads, as the funnel has it."""


def figures(*, actor: Member) -> dict[str, int]:
    """Sums over the newest row of each lead; what is not stated is in no sum."""
    permit(actor, Verb.RETURN_READ)
    return counted(_rows(actor))


def rows_behind(what: str, *, actor: Member) -> list[dict[str, Any]]:
    """The newest row of each lead that counts in a figure, with the account and the partner."""
    permit(actor, Verb.RETURN_READ)
    newest = {row["lead"]: row for row in _rows(actor)}
    return [row for row in newest.values() if _counts(row, what)]


def _rows(actor: Member) -> list[dict[str, Any]]:
    """Every row that came back on a package of the agency, the oldest first."""
    found = []
    for one in referrals_of(actor).values():
        accounts = {item.lead: item.account for item in one.order.items} if one.returns else {}
        for row in one.returns:
            more = {"account": accounts.get(row["lead"], ""), "partner": one.order.partner, "referral": one.ref}
            found.append({**row, **more})
    return sorted(found, key=lambda row: (row["received_at"], row["lead"]))


def _counts(row: Mapping[str, Any], what: str) -> bool:
    if what in COUNTS:
        return bool(row[what])
    if what == "positions_of_trust":
        return bool(row["position_of_trust"] == Trust.YES)
    return not what.startswith("outcome_") or f"outcome_{row['outcome'].replace('-', '_')}" == what


def sent_and_back(*, actor: Member) -> dict[str, int]:
    """Packages that went out, accounts in them, and what partners say came of those."""
    permit(actor, Verb.REFERRAL_READ)
    gone = [one for one in referrals_of(actor).values() if one.has_gone and one.order.kind in _SAID]
    leads = {(one.order.tip, item.account) for one in gone for item in one.order.leads}
    verify = {(one.order.tip, item.account) for one in gone for item in one.order.to_verify}
    told = counted(_rows(actor))
    return {"packages": len(gone), "leads": len(leads), "to_verify": len(verify - leads), **told}


_SAID = (Kind.REFERRAL, Kind.DELTA)


def said_of(accounts: Iterable[str], tip: str, *, actor: Member) -> list[dict[str, Any]]:
    """Every referral of the agency that names one of these accounts of a tip, with what came back on it."""
    permit(actor, Verb.REFERRAL_READ)
    wanted, found = set(accounts), []
    for one in referrals_of(actor).values():
        if one.order.tip != tip:
            continue
        for item in one.order.items:
            if item.account in wanted:
                rows = [row for row in one.returns if row["lead"] == item.lead]
                verify = item in one.order.to_verify
                found.append({"one": one, "item": item, "verify": verify, "rows": rows[::-1]})
    return found[::-1]
