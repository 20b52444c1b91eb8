"""A package waits while another agency works on one of its accounts, and neither side sees what the other has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch.approving import approve, withdraw
from leadline.dispatch.deconflicting import Claim, holds, pointers, release
from leadline.dispatch.drafting import Wanted, draft, draft_about
from leadline.dispatch.ledger import HELD, referral_of
from leadline.dispatch.sealing import seal
from leadline.errors import ApprovalMissing, Conflict, HeldByDeconfliction, WrongUsage
from leadline.seal.log import Log
from leadline.stages.referral.order import Kind, Order
from tests.dispatch.conftest import ANALYST, APPROVER, CLERK, Posted, referred_by_police

if TYPE_CHECKING:
    from pathlib import Path

ADVICE = "they interview first"


@pytest.fixture
def waiting(posted: Posted) -> Order:
    """An approved referral of our own."""
    (order,) = draft(posted.workspace, Wanted(partner="FBI"), by=ANALYST)
    approve(posted.workspace, order.referral, by=APPROVER)
    return order


def settled(posted: Posted, ref: str, **more: Any) -> None:
    said = {"by": ANALYST, "second": APPROVER, "agreed_with": ["police"], "reason": ADVICE, **more}
    release(posted.workspace, ref, **said)


def test_what_another_agency_has_referred_holds_the_package_with_exit_6_until_two_persons_settle_it(
    posted: Posted, theirs: str, waiting: Order, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = waiting.items[0]
    referred_by_police(posted, theirs, item.account, "an account of theirs")
    out = tmp_path / "q.age"
    here = ["--workspace", str(posted.workspace)]
    assert leadline([*here, "seal", waiting.referral, "--out", str(out)]) == 6
    assert not out.exists()
    said = capsys.readouterr().err
    assert "police has a claim on 1 accounts" in said
    assert "P-00000000000000aa" not in said
    assert leadline([*here, "referrals", "holds", waiting.referral, "--json"]) == 0
    row = {"referral": waiting.referral, "held_by": "police", "leads": [item.lead], "settled": False}
    assert json.loads(capsys.readouterr().out) == row
    words = ["--agreed-with", "police", "--reason", ADVICE, "--by", ANALYST, "--json"]
    assert leadline([*here, "referrals", "release", waiting.referral, "--with", "ANA", *words]) == 5
    assert leadline([*here, "referrals", "release", waiting.referral, "--with", APPROVER, *words]) == 0
    assert leadline([*here, "seal", waiting.referral, "--out", str(out)]) == 0


def test_the_other_agency_learns_whose_package_waits_and_on_which_of_its_own_accounts(
    posted: Posted, theirs: str, waiting: Order, tmp_path: Path
) -> None:
    account = waiting.items[0].account
    referred_by_police(posted, theirs, account)
    for _ in range(2):
        with pytest.raises(HeldByDeconfliction):
            seal(posted.workspace, waiting.referral, tmp_path / "q.age")
    (row,) = pointers(posted.workspace, "police")
    assert row.keys() == {"at", "agency", "accounts"}
    assert (row["agency"], row["accounts"]) == ("training", [account])
    assert pointers(posted.workspace, "customs") == []
    entries = [one for one in Log.open(posted.workspace).entries() if one.action == HELD]
    assert len(entries) == 1, "the same hit is told once"


def test_a_lead_that_is_open_at_another_agencys_desk_holds_it_too(
    posted: Posted, theirs: str, waiting: Order, tmp_path: Path
) -> None:
    account = waiting.items[0].account
    with pytest.raises(HeldByDeconfliction):
        seal(posted.workspace, waiting.referral, tmp_path / "q.age", desk=[Claim("police", "EXAMPLE CLOUD ", account)])
    elsewhere = [Claim("police", "Another Cloud", account), Claim("training", waiting.provider, account)]
    seal(posted.workspace, waiting.referral, tmp_path / "q.age", desk=elsewhere)


def test_what_was_withdrawn_and_what_only_takes_back_hold_nothing_and_are_not_held(
    posted: Posted, theirs: str, waiting: Order, tmp_path: Path
) -> None:
    ref = referred_by_police(posted, theirs, waiting.items[0].account)
    recall = draft_about(posted.workspace, posted.order.referral, Kind.RECALL, by=ANALYST, words="")
    approve(posted.workspace, recall.referral, by=APPROVER)
    seal(posted.workspace, recall.referral, tmp_path / "r.age")
    withdraw(posted.workspace, ref, by="pia", reason="not ours")
    seal(posted.workspace, waiting.referral, tmp_path / "q.age")


def test_a_release_covers_what_it_was_about_and_no_later_claim(
    posted: Posted, theirs: str, waiting: Order, tmp_path: Path
) -> None:
    first, second = waiting.items[0].account, waiting.items[1].account
    desk = [Claim("police", waiting.provider, first)]
    settled(posted, waiting.referral, desk=desk)
    with pytest.raises(Conflict, match="nothing holds"):
        settled(posted, waiting.referral, desk=desk)
    with pytest.raises(HeldByDeconfliction):
        seal(
            posted.workspace,
            waiting.referral,
            tmp_path / "q.age",
            desk=[*desk, Claim("police", waiting.provider, second)],
        )
    (row,) = holds(posted.workspace, waiting.referral, desk=[*desk, Claim("police", waiting.provider, second)])
    assert row["settled"] is False


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"second": " "}, ApprovalMissing),
        ({"second": ANALYST.upper()}, ApprovalMissing),
        ({"reason": " "}, WrongUsage),
        ({"agreed_with": ["customs"]}, WrongUsage),
    ],
)
def test_a_release_needs_two_persons_a_reason_and_every_agency_that_holds_it(
    posted: Posted, theirs: str, waiting: Order, said: dict[str, Any], error: type[Exception]
) -> None:
    desk = [Claim("police", waiting.provider, waiting.items[0].account)]
    with pytest.raises(error):
        settled(posted, waiting.referral, desk=desk, **said)
    assert referral_of(posted.workspace, waiting.referral).steps[-1].action.endswith(":approved")


def test_where_one_agency_is_alone_nothing_is_held(posted: Posted, waiting: Order, tmp_path: Path) -> None:
    desk = [Claim("police", waiting.provider, waiting.items[0].account)]
    assert holds(posted.workspace, waiting.referral, desk=desk) == []
    seal(posted.workspace, waiting.referral, tmp_path / "q.age", by=CLERK, desk=desk)
