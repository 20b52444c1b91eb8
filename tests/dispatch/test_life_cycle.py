"""The whole life of a package at the command line: sent, heard of, supplemented, corrected, recalled, and cleared."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Wanted, draft, draft_about
from leadline.dispatch.following import alarms, clocks, mark
from leadline.dispatch.ledger import MARKS, read_order, referral_of, subject
from leadline.dispatch.sealing import seal
from leadline.errors import Conflict, WrongUsage
from leadline.inquiry.runs import open_run
from leadline.pipeline import run_tip
from leadline.stages.referral.order import Kind, Order
from leadline.vocabulary.identifiers import parse_tip
from leadline.vocabulary.instants import now
from leadline.workspace import change_setting
from tests.dispatch.conftest import ANALYST, APPROVER, Posted

if TYPE_CHECKING:
    from pathlib import Path


def sealed(posted: Posted, order: Order, folder: Path) -> Order:
    approve(posted.workspace, order.referral, by=APPROVER)
    seal(posted.workspace, order.referral, folder / f"{order.referral}.age")
    return order


@pytest.fixture
def told(posted: Posted, capsys: pytest.CaptureFixture[str]) -> Any:
    """Calls a command with `--json`; gives its exit code and the objects on its lines."""

    def call(*words: str) -> tuple[int, list[dict[str, Any]]]:
        code = leadline(["--workspace", str(posted.workspace), *words, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def test_every_step_of_a_package_is_a_command(posted: Posted, told: Any) -> None:
    for step in MARKS:
        assert told("referrals", "mark", posted.order.referral, step, "--by", "cleo") == (
            0,
            [{"referral": posted.order.referral, "state": step}],
        )
    (row,) = told("referrals", "show", posted.order.referral)[1]
    assert [step["step"].rpartition(":")[2] for step in row["steps"]] == ["drafted", "approved", "sealed", *MARKS]


def test_the_clock_of_a_package_is_that_of_its_gravest_lead(posted: Posted) -> None:
    mark(posted.workspace, posted.order.referral, "dispatched", by="cleo")
    level = str(referral_of(posted.workspace, posted.order.referral).steps[0].facts["level"])
    due = clocks()[level].acknowledge
    assert alarms(posted.workspace, at=now() + due - timedelta(minutes=1)) == []
    (alarm,) = alarms(posted.workspace, at=now() + due)
    assert (alarm.kind, alarm.level) == ("not-acknowledged", level)


def test_a_supplement_names_the_package_that_it_supplements(posted: Posted, told: Any) -> None:
    code, (row,) = told("refer", "--partner", "FBI", "--only-new", "--by", ANALYST)
    assert (code, row["kind"], row["about"]) == (0, "delta", posted.order.referral)
    assert told("referrals", "show", posted.order.referral)[1][0]["followed_by"] == [row["referral"]]


@pytest.mark.drill  # it carries out the whole plan a second time
def test_a_correction_says_what_the_newest_run_of_the_tip_says_under_the_same_names(
    posted: Posted, told: Any, tmp_path: Path
) -> None:
    change_setting(posted.workspace, "best_share", "900")
    run_tip(posted.workspace, parse_tip(posted.order.tip))
    newest = open_run(posted.workspace).run
    assert newest != posted.order.run, "the setting must give another run"
    code, (row,) = told(
        "referrals", "correct", posted.order.referral, "--words", "the share was wrong", "--by", ANALYST
    )
    order = sealed(posted, read_order(posted.workspace, referral_of(posted.workspace, row["referral"])), tmp_path)
    assert (code, row["kind"], row["about"], order.run) == (0, "correction", posted.order.referral, newest)
    assert set(order.items) <= set(posted.order.items)
    assert len(order.items) + len(order.left_out) == len(posted.order.items)
    assert order.columns == posted.order.columns
    assert referral_of(posted.workspace, posted.order.referral).state == "sealed", "a correction takes nothing back"


def test_a_correction_is_of_accounts_that_the_package_held_and_of_a_package_that_has_gone(
    posted: Posted, told: Any
) -> None:
    one = posted.order.items[0].account
    words = ("referrals", "correct", posted.order.referral, "--words", "wrong", "--by", ANALYST)
    assert told(*words, "--account", one)[1][0]["leads"] == 1
    assert told(*words, "--account", "somebody else")[0] == 2
    with pytest.raises(WrongUsage):
        draft_about(
            posted.workspace, posted.order.referral, Kind.CORRECTION, by=ANALYST, words="", accounts=["somebody else"]
        )
    (waiting,) = draft(posted.workspace, Wanted(partner="FBI"), by=ANALYST)
    with pytest.raises(Conflict, match="no package out there"):
        draft_about(posted.workspace, waiting.referral, Kind.CORRECTION, by=ANALYST, words="")


def test_when_a_holder_is_cleared_every_recipient_has_a_notice_drafted_and_each_once(
    posted: Posted, told: Any, tmp_path: Path
) -> None:
    (second,) = draft(posted.workspace, Wanted(partner="INTERPOL", jurisdiction="US"), by=ANALYST)
    sealed(posted, second, tmp_path)
    account = next(item.account for item in posted.order.items if item.account in {one.account for one in second.items})
    code, (row,) = told("referrals", "cleared", account, "--by", ANALYST)
    orders = [read_order(posted.workspace, referral_of(posted.workspace, ref)) for ref in row["notices"]]
    assert (code, {order.about for order in orders}) == (0, {posted.order.referral, second.referral})
    assert {order.partner for order in orders} == {"FBI", "INTERPOL"}
    assert [[item.account for item in order.items] for order in orders] == [[account], [account]]
    assert told("referrals", "cleared", account, "--by", ANALYST) == (0, [{"notices": []}])


def test_a_notice_about_one_account_tells_nobody_of_another(posted: Posted, tmp_path: Path) -> None:
    from leadline.dispatch.retiring import untold_about

    first, other = posted.order.items[0].account, posted.order.items[1].account
    notice = draft_about(posted.workspace, posted.order.referral, Kind.CLEARED, by=ANALYST, words="", accounts=[first])
    sealed(posted, notice, tmp_path)
    assert untold_about(posted.workspace, subject(posted.order.provider, first)) == []
    assert untold_about(posted.workspace, subject(posted.order.provider, other)) == [posted.order.referral]
