"""Everybody has a clock: by then what is known of them is looked at again or erased, wherever copies are."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch.ledger import read_order, referral_of
from leadline.dispatch.returning import preview, take
from leadline.dispatch.subjects import UNCATEGORISED, categorise, due, subject_clocks
from leadline.errors import InputRefused, WrongUsage
from leadline.inquiry.tips import sealed_tips
from leadline.stages.referral.order import Kind
from leadline.vocabulary.handling import Subject
from leadline.vocabulary.instants import now
from leadline.vocabulary.returns import COLUMNS
from tests.dispatch.conftest import ANALYST, CLERK, Posted

if TYPE_CHECKING:
    from pathlib import Path


def clock_of(posted: Posted, account: str) -> Any:
    return next(one for one in due(posted.workspace, clocks=subject_clocks()) if one.account == account)


def test_who_has_no_category_is_erased_or_categorised_within_the_shortest_time_from_the_receipt(posted: Posted) -> None:
    item = posted.order.items[0]
    (tip,) = sealed_tips(posted.workspace)
    one = clock_of(posted, item.account)
    begun = date.fromisoformat(tip.received_at[:10])
    assert (one.category, one.then, one.due) == (UNCATEGORISED, "erase", begun + timedelta(days=183))
    assert one.held_by == ("FBI",)


def test_everybody_in_the_runs_has_a_clock_the_soonest_first(posted: Posted) -> None:
    from leadline.inquiry.candidates import rows_of, select_candidates
    from leadline.inquiry.runs import open_run

    found = due(posted.workspace, clocks=subject_clocks())
    known = {row["account_key"] for row in rows_of(select_candidates(open_run(posted.workspace)))}
    assert {one.account for one in found} == known
    assert [one.due for one in found] == sorted(one.due for one in found)


@pytest.mark.parametrize("category", list(Subject))
def test_a_category_starts_its_own_clock_and_cleared_people_have_their_recipients_told(
    posted: Posted, category: str
) -> None:
    account = posted.order.items[0].account
    notices = categorise(posted.workspace, account, category, by=ANALYST, reason="it was looked at")
    one, clock = clock_of(posted, account), subject_clocks()[category]
    assert (one.category, one.then) == (category, clock.then)
    assert one.due == now().date() + timedelta(days=clock.days)
    orders = [read_order(posted.workspace, referral_of(posted.workspace, ref)) for ref in notices]
    assert [(order.kind, order.about) for order in orders] == (
        [(Kind.CLEARED, posted.order.referral)] if category == Subject.CLEARED else []
    )


@pytest.mark.parametrize(("outcome", "category"), [("arrest", "in-proceedings"), ("identified", UNCATEGORISED)])
def test_an_outcome_that_comes_back_is_a_category_where_it_says_one(
    posted: Posted, outcome: str, category: str
) -> None:
    item = posted.order.items[0]
    row = dict.fromkeys(COLUMNS, "") | {"lead": item.lead, "check": item.check, "outcome": outcome}
    form = io.StringIO(newline="")
    writer = csv.DictWriter(form, COLUMNS)
    writer.writeheader()
    writer.writerow(row)
    take(posted.workspace, preview(posted.workspace, form.getvalue().encode()), by=CLERK)
    assert clock_of(posted, item.account).category == category


@pytest.mark.parametrize(
    "said",
    [{"category": "suspicious"}, {"reason": " "}, {"account": "somebody else"}],
    ids=lambda said: next(iter(said)),
)
def test_what_is_no_category_no_reason_or_nobodys_account_is_refused(posted: Posted, said: dict[str, str]) -> None:
    given = {"account": posted.order.items[0].account, "category": "witness", "reason": "seen", **said}
    with pytest.raises(WrongUsage):
        categorise(posted.workspace, by=ANALYST, **given)


def test_the_clocks_are_a_table_that_an_agency_can_replace_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    ours = subject_clocks()
    assert {*Subject, UNCATEGORISED} == set(ours)
    assert all(one.basis and one.checked in ("second-hand", "from memory", "assumption") for one in ours.values())
    file = tmp_path / "clocks.csv"
    head = "category,days,then,version,since,basis,source,checked\n"
    whole = "".join(f"{name},10,erase,1,2026-01-01,a law,,checked\n" for name in ours)
    file.write_text(head + whole)
    assert {one.days for one in subject_clocks(file).values()} == {10}
    for broken in (whole.replace("10", "0"), whole.replace("erase", "keep"), whole[:-1].rpartition("\n")[0], "x"):
        file.write_text(head + broken)
        with pytest.raises(InputRefused):
            subject_clocks(file)


def test_the_command_lists_what_is_due_until_a_day(posted: Posted, capsys: pytest.CaptureFixture[str]) -> None:
    here = ["--workspace", str(posted.workspace)]
    account = posted.order.items[0].account
    assert leadline([*here, "categorise", account, "witness", "--reason", "seen", "--by", ANALYST, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["category"] == "witness"
    far = (now().date() + timedelta(days=400)).isoformat()
    assert leadline([*here, "due", "--at", far, "--within", "0", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["category"] for row in rows} == {UNCATEGORISED, "witness"}
    assert leadline([*here, "due", "--at", "2000-01-01", "--json"]) == 0
    assert capsys.readouterr().out == ""
