"""Everybody has a clock: by then what is known of them is looked at again or erased, wherever copies are."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Wanted, draft
from leadline.dispatch.ledger import read_order, referral_of, subject
from leadline.dispatch.returning import preview, take
from leadline.dispatch.sealing import seal
from leadline.dispatch.stated import categories
from leadline.dispatch.subjects import UNCATEGORISED, categorise, due, subject_clocks
from leadline.errors import ApprovalMissing, InputRefused, WrongUsage
from leadline.inquiry.tips import sealed_tips
from leadline.reference.partners.register import Stated, add_partner
from leadline.seal.envelope import open_package
from leadline.stages.referral.order import Kind
from leadline.vocabulary.handling import Subject
from leadline.vocabulary.instants import now
from leadline.vocabulary.returns import COLUMNS
from tests.dispatch.conftest import ANALYST, APPROVER, CLERK, Posted

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.stages.referral.order import Item


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
    came_back(posted, item, outcome)
    assert clock_of(posted, item.account).category == category


def came_back(posted: Posted, item: Item, outcome: str) -> None:
    """A partner's form with one row."""
    row = dict.fromkeys(COLUMNS, "") | {"lead": item.lead, "check": item.check, "outcome": outcome}
    form = io.StringIO(newline="")
    writer = csv.DictWriter(form, COLUMNS)
    writer.writeheader()
    writer.writerow(row)
    take(posted.workspace, preview(posted.workspace, form.getvalue().encode()), by=CLERK)


def to_interpol(posted: Posted, **stated: Any) -> Any:
    add_partner(posted.workspace, Stated("INTERPOL", **stated), by=CLERK)
    return draft(posted.workspace, Wanted(partner="INTERPOL", jurisdiction="US"), by=ANALYST)[0]


ALL = ("account-holder", "in-proceedings", "cleared")


def test_each_person_of_a_package_has_the_category_that_was_stated_and_nobody_else_is_more_than_a_holder(
    posted: Posted, tmp_path: Path
) -> None:
    account = posted.order.leads[0].account
    categorise(posted.workspace, account, "in-proceedings", by=ANALYST, reason="charged, file 12")
    order = to_interpol(posted, subjects=ALL)
    assert {item.account: str(item.data_subject) for item in order.items} == {
        item.account: "in-proceedings" if item.account == account else "account-holder" for item in order.items
    }
    assert order.handling.subjects == {Subject.ACCOUNT_HOLDER, Subject.IN_PROCEEDINGS}
    approve(posted.workspace, order.referral, by=APPROVER)
    sealed = seal(posted.workspace, order.referral, tmp_path / "i.age").sealed.path
    open_package(sealed, [posted.identities["INTERPOL"]], tmp_path / "opened")
    rows = list(csv.DictReader((tmp_path / "opened/leads.csv").read_text().splitlines()))
    assert [row["data_subject"] for row in rows if row["account_key"] == account] == ["in-proceedings"]
    graph = json.loads((tmp_path / "opened/case.jsonld").read_text())["@graph"]
    tags = [tag for thing in graph for tag in thing.get("uco-core:tag", ())]
    assert sorted(set(tags)) == ["data-subject:account-holder", "data-subject:in-proceedings"]


def test_a_request_to_verify_never_says_more_than_account_holder(posted: Posted) -> None:
    account = posted.order.leads[0].account
    categorise(posted.workspace, account, "in-proceedings", by=ANALYST, reason="charged, file 12")
    order = to_interpol(posted, subjects=ALL, threshold=1000)
    (asked,) = [item for item in order.items if item.account == account]
    assert asked in order.to_verify
    assert asked.data_subject is Subject.ACCOUNT_HOLDER


def test_a_person_of_a_category_that_is_not_agreed_with_the_partner_stays_behind_with_the_reason(
    posted: Posted,
) -> None:
    item = posted.order.leads[0]
    came_back(posted, item, "arrest")
    order = to_interpol(posted)
    assert {one.account: one.reason for one in order.left_out}[item.account].endswith("not agreed with the partner")
    assert item.account not in {one.account for one in order.items}


def test_what_another_senders_partner_answered_is_not_passed_on(posted: Posted) -> None:
    item = posted.order.leads[0]
    came_back(posted, item, "arrest")
    whom = subject(posted.order.provider, item.account)
    assert categories(posted.workspace, sender=posted.order.sender)[whom][0] == "in-proceedings"
    assert whom not in categories(posted.workspace, sender="CUSTOMS")


def test_nothing_is_sealed_that_says_proceedings_where_that_is_not_the_newest_word(
    posted: Posted, tmp_path: Path
) -> None:
    account = posted.order.leads[0].account
    categorise(posted.workspace, account, "in-proceedings", by=ANALYST, reason="charged, file 12")
    order = to_interpol(posted, subjects=ALL)
    approve(posted.workspace, order.referral, by=APPROVER)
    categorise(posted.workspace, account, "account-holder", by=ANALYST, reason="it was another person")
    with pytest.raises(ApprovalMissing, match="not stated to be in proceedings"):
        seal(posted.workspace, order.referral, tmp_path / "i.age")


def test_a_partner_has_data_on_categories_that_exist(posted: Posted) -> None:
    with pytest.raises(WrongUsage, match="no category 'unheard-of'"):
        add_partner(posted.workspace, Stated("FBI", subjects=("unheard-of",)), by=CLERK)


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
