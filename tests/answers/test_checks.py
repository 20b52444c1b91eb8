"""Checks that came back: only what names an account, a known check and who said so when is a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.facts.tables import CheckRow
from leadline.inquiry.runs import open_run
from leadline.stages.priority.returnable import CHECKS, Check

if TYPE_CHECKING:
    from tests.answers.world import Desk

GOOD = {
    "account_key": "anna", "check": "earlier-finding", "state": "yes", "source": "criminal record",
    "checked_by": "unit 4", "checked_at": "2019-10-01T09:00:00Z", "reference": "R-1",
}  # fmt: skip
ASSESSED = {
    "account_key": "bert", "check": "outside-assessment", "result": "yes", "source": "unit 7",
    "assessor": "an officer", "date": "2019-10-02T09:00:00Z", "scheme": "KIRAT", "level": "medium", "version": "2",
}  # fmt: skip


def test_a_check_that_fits_becomes_a_fact_of_the_next_run(desk: Desk) -> None:
    assert desk.checks("checks.csv", [GOOD])["accepted"] == 1
    assert desk.checks("assessed.csv", [ASSESSED])["accepted"] == 1
    desk.says("run")
    with open_run(desk.workspace).engine(CheckRow) as engine:
        kept = {row["check_name"]: row for row in engine.rows("select c.* from returned_check as c")}
    assert (kept["earlier-finding"]["state"], kept["earlier-finding"]["checked_by"]) == ("yes", "unit 4")
    assessed = kept["outside-assessment"]
    assert (assessed["tool"], assessed["level"], assessed["tool_version"]) == ("KIRAT", "medium", "2")
    assert assessed["checked_by"] == "an officer"


MISTAKES = {
    "an account that is not there": ({"account_key": "nobody"}, "unknown-account"),
    "an account in other letters": ({"account_key": "Anna"}, "unknown-account"),
    "a check that there is not": ({"check": "shoe-size"}, "unknown-check"),
    "a state that is none": ({"state": "perhaps"}, "bad-state"),
    "nobody who said so": ({"checked_by": ""}, "missing-field"),
    "no source": ({"source": ""}, "missing-field"),
    "an instant without a zone": ({"checked_at": "2019-10-01T09:00:00"}, "bad-time"),
    "an assessment without a level": ({"check": "outside-assessment"}, "missing-field"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_reason(shared_desk: Desk, mistake: str) -> None:
    changed, reason = MISTAKES[mistake]
    said = shared_desk.checks("mistake.csv", [GOOD | changed, GOOD], "--preview")
    assert said["accepted"] == 1
    assert [(item["row"], item["reason"]) for item in said["rejects"]] == [(2, reason)]


def test_the_same_check_twice_counts_once_and_a_source_that_contradicts_itself_not_at_all(shared_desk: Desk) -> None:
    twice = shared_desk.checks("twice.csv", [GOOD, GOOD], "--preview")
    assert (twice["accepted"], [item["reason"] for item in twice["rejects"]]) == (1, ["repeated"])
    both = shared_desk.checks("both.csv", [GOOD, GOOD | {"state": "no"}], "--preview")
    assert (both["accepted"], [item["reason"] for item in both["rejects"]]) == (0, ["contradicts", "contradicts"])


def test_a_later_answer_of_the_same_source_supersedes_and_another_source_does_not(desk: Desk) -> None:
    later = GOOD | {"state": "no", "checked_at": "2019-10-05T09:00:00Z"}
    other = GOOD | {"state": "unknown", "source": "another register"}
    assert desk.checks("checks.csv", [GOOD, later, other])["accepted"] == 3
    desk.says("run")
    with open_run(desk.workspace).engine(CheckRow) as engine:
        rows = engine.rows("select c.state, c.superseded from returned_check as c order by c.row")
    assert [(row["state"], row["superseded"]) for row in rows] == [("yes", True), ("no", False), ("unknown", False)]


@pytest.mark.parametrize("check", CHECKS.all(), ids=lambda check: check.name)
def test_every_check_can_come_back_and_says_whom_to_ask(shared_desk: Desk, check: Check) -> None:
    row = GOOD | {"check": check.name, "tool": "a tool", "level": "a level"}
    assert shared_desk.checks("one.csv", [row], "--preview")["accepted"] == 1
    assert check.ask.endswith(".")
    assert (check.points > 0) == (check.place > 0)
