"""A cleared account holder: every recipient is told, whoever sent it; and nobody is told of that person anew."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Wanted, draft
from leadline.dispatch.ledger import SEALED, read_order, referral_of, referrals, subject
from leadline.dispatch.retiring import retire
from leadline.dispatch.returning import NOBODYS_NAME, clear, preview, take
from leadline.dispatch.sealing import seal
from leadline.dispatch.subjects import categorise
from leadline.errors import ApprovalMissing, Conflict
from leadline.seal.log import Log
from leadline.stages.referral.order import Kind, Order
from leadline.vocabulary.returns import COLUMNS
from tests.dispatch.conftest import ANALYST, APPROVER, CLERK, Posted, referred_by_police

if TYPE_CHECKING:
    from pathlib import Path

CUSTODIAN = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def gone_from_police(posted: Posted, tip: str, *accounts: str, **more: Any) -> str:
    """A package of the police with these accounts that has gone."""
    ref = referred_by_police(posted, tip, *accounts, **more)
    Log.open(posted.workspace).append(SEALED, subject=ref, numbers={"sequence": 1, "bytes": 1}, payload={"by": "pia"})
    return ref


def came_back(posted: Posted, outcome: str, **more: str) -> list[str]:
    """The partner says this of the first account; the notices that whoever imports it is told of."""
    item = posted.order.items[0]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, restval="")
    writer.writeheader()
    writer.writerow({"lead": item.lead, "check": item.check, "outcome": outcome, **more})
    own = {posted.order.referral}
    seen = preview(posted.workspace, stream.getvalue().encode(), among=own)
    return take(posted.workspace, seen, by=CLERK, among=own)


def notices(posted: Posted) -> list[Order]:
    orders = (read_order(posted.workspace, one) for one in referrals(posted.workspace).values())
    return [order for order in orders if order.kind is Kind.CLEARED]


def test_each_agency_has_its_own_notice_drafted_and_whoever_imports_learns_of_its_own_alone(
    posted: Posted, theirs: str
) -> None:
    account = posted.order.items[0].account
    ref = gone_from_police(posted, theirs, account, "an account of theirs", provider=posted.order.provider.upper())
    mine = came_back(posted, "cleared")
    ours, other = sorted(notices(posted), key=lambda order: order.tip != posted.order.tip)
    assert mine == [ours.referral]
    assert ours.about == posted.order.referral
    assert (other.about, other.tip, other.drafted_by, other.words) == (ref, theirs, NOBODYS_NAME, "")
    assert [item.account for item in other.items] == [account]
    assert referral_of(posted.workspace, other.referral).steps[0].facts["by"] == NOBODYS_NAME
    assert came_back(posted, "cleared", partner_reference="A-1") == []
    assert len(notices(posted)) == 2


def test_the_same_key_at_another_provider_is_somebody_else(posted: Posted, theirs: str) -> None:
    account = posted.order.items[0].account
    gone_from_police(posted, theirs, account, provider="Another cloud")
    came_back(posted, "cleared")
    assert {order.tip for order in notices(posted)} == {posted.order.tip}
    assert clear(posted.workspace, [subject("Another cloud", account)], by=CLERK)
    with pytest.raises(Conflict, match="several persons"):
        retire(posted.workspace, account, custodian=CUSTODIAN, by=ANALYST, second=APPROVER, reason_code="cleared")


def test_whoever_is_cleared_is_in_no_new_package_until_a_later_word_takes_that_back(
    posted: Posted, tmp_path: Path
) -> None:
    account = posted.order.items[0].account
    (waiting,) = draft(posted.workspace, Wanted(partner="FBI"), by=ANALYST)
    approve(posted.workspace, waiting.referral, by=APPROVER)
    came_back(posted, "cleared")
    with pytest.raises(ApprovalMissing, match="1 account holders of"):
        seal(posted.workspace, waiting.referral, tmp_path / "q.age")
    assert not (tmp_path / "q.age").exists()
    (order,) = draft(posted.workspace, Wanted(partner="FBI"), by=ANALYST)
    assert account not in {item.account for item in order.items}
    assert {left.account: left.reason for left in order.left_out}[account] == "its holder is stated to be: cleared"
    came_back(posted, "identified")
    seal(posted.workspace, waiting.referral, tmp_path / "q.age")
    (again,) = draft(posted.workspace, Wanted(partner="FBI"), by=ANALYST)
    assert account in {item.account for item in again.items}


def test_a_category_is_one_providers_and_a_key_at_two_is_asked_about(
    posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadline.dispatch import subjects

    account = posted.order.items[0].account
    tips = subjects.sealed_tips(posted.workspace)
    other = replace(tips[0], tip="T-other", provider="Another cloud")
    held = list(subjects._held(posted.workspace))
    monkeypatch.setattr(subjects, "sealed_tips", lambda _: [*tips, other])
    monkeypatch.setattr(subjects, "_held", lambda _: [*held, ("T-other", (account,))])
    with pytest.raises(Conflict, match="Name one"):
        categorise(posted.workspace, account, "witness", by=CLERK, reason="said so")
    categorise(posted.workspace, account, "witness", by=CLERK, reason="said so", provider="another CLOUD")
    told = {
        one.tip: one.category
        for one in subjects.due(posted.workspace, clocks=subjects.subject_clocks())
        if one.account == account
    }
    assert told == {posted.order.tip: "uncategorised", "T-other": "witness"}


@pytest.mark.parametrize("category", ["witness", "injured-party", "contact"])
def test_whoever_is_stated_not_to_be_pursued_goes_to_no_partner(posted: Posted, category: str) -> None:
    account = posted.order.items[0].account
    categorise(posted.workspace, account, category, by=CLERK, reason="as the case stands")
    (order,) = draft(posted.workspace, Wanted(partner="FBI"), by=ANALYST)
    assert account not in {item.account for item in order.items}
    assert {left.account: left.reason for left in order.left_out}[account].endswith(category)
