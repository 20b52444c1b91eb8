"""A record holder's answers: what fits its request is a fact, what differs is refused, what conflicts is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from leadline.facts.tables import AnswerRow, ReturnedRejectRow
from leadline.inquiry.runs import open_run
from leadline.vocabulary.checkdigits import check_digit, request_text
from tests.answers.world import named

if TYPE_CHECKING:
    from tests.answers.world import Desk

ANNA, BERT, CARL, FIBRE, DORA = "240.1.0.5", "240.2.0.9", "240.3.0.7", "240.4.0.8", "240.1.0.6"


def test_an_answer_that_fits_is_accepted_and_the_same_file_twice_is_one(desk: Desk) -> None:
    asked = desk.requests()
    rows = [named(asked[ANNA][0], "C-1"), asked[ANNA][1]]
    said = desk.answers("nz.csv", rows)
    assert (said["rows"], said["accepted"], said["rejected"], said["unanswered"]) == (2, 1, 0, 1)
    assert said["pending"] == sum(map(len, asked.values())) - 1
    assert not said["again"]
    again = desk.answers("the-same-again.csv", rows)
    assert again["again"]
    assert again["paper"] == said["paper"]
    assert again["accepted"] == 1
    desk.says("verify")


def test_an_answer_becomes_a_fact_of_the_next_run_which_is_a_new_run(desk: Desk) -> None:
    before = open_run(desk.workspace).run
    row = desk.requests()[ANNA][0]
    desk.answers("nz.csv", [named(row, "C-1", subscriber_email="Tav.Rasko+x@mail.example")])
    desk.says("run")
    view = open_run(desk.workspace)
    assert view.run != before
    with view.engine(AnswerRow) as engine:
        (fact,) = engine.rows("select a.* from answer as a")
    assert (fact["account_key"], fact["subscriber"], fact["email_form"]) == ("anna", "C-1", "tav.rasko+x@mail.example")
    assert (fact["read_back"], fact["margin_seconds"], fact["conflict"]) == (True, 10 * 3600 + 25 * 60, "")
    desk.says("run")
    assert open_run(desk.workspace).run == view.run


def marked(row: dict[str, str]) -> dict[str, str]:
    """The row with the check digit that its own text has: somebody who knows the rule made it."""
    port = int(row["port"]) if row["port"] else None
    text = request_text(row["request_id"], row["address"], port, row["instant_utc"])
    return {**row, "check_digit": check_digit(text)}


MISTAKES = {
    "a digit of the address": ({"address": "240.1.0.6"}, "address-differs"),
    "no address at all": ({"address": "240.1.0"}, "address-differs"),
    "another port": ({"port": "40010"}, "port-differs"),
    "the port left out": ({"port": ""}, "port-differs"),
    "a port that is none": ({"port": "70000"}, "port-differs"),
    "hour and minute swapped": ({"instant_utc": "2019-03-01T25:10:00Z"}, "bad-time"),
    "day and month swapped": ({"instant_utc": "2019-01-03T10:25:00Z"}, "instant-differs"),
    "the zone not heeded": ({"instant_utc": "2019-03-01T23:25:00Z"}, "instant-differs"),
    "an instant without a zone": ({"instant_utc": "2019-03-01T10:25:00"}, "bad-time"),
    "a check digit mistyped": ({"check_digit": "22"}, "check-digit"),
    "an id mistyped": ({"request_id": "AAAAAAAAAAAA"}, "check-digit"),
    "another holder": ({"holder": "Access AU (invented)"}, "other-holder"),
    "a lease that had ended": ({"valid_to": "2019-03-01T10:24:59Z"}, "outside-validity"),
    "a lease that had not begun": ({"valid_from": "2019-03-01T10:25:01Z"}, "outside-validity"),
    "a day that does not cover the instant in every zone": ({"valid_from": "2019-03-01"}, "outside-validity"),
    "a validity without a zone": ({"valid_from": "2019-03-01 00:00"}, "bad-time"),
    "a validity that ends before it begins": ({"valid_to": "2019-02-01T00:00:00Z"}, "bad-time"),
    "no validity": ({"valid_from": ""}, "missing-field"),
    "nobody named": ({"subscriber": ""}, "no-subscriber"),
    "an answer that is none": ({"answer": "perhaps"}, "bad-answer"),
    "another address looked up": ({"looked_up_address": "240.1.0.6"}, "looked-up-differs"),
    "another port looked up": ({"looked_up_port": "40010"}, "looked-up-differs"),
    "another moment looked up": ({"looked_up_instant": "2019-03-01T10:24:00Z"}, "looked-up-differs"),
    "half of it looked up": ({"looked_up_instant": ""}, "looked-up-differs"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_reason(shared_desk: Desk, mistake: str) -> None:
    desk, (changed, reason) = shared_desk, MISTAKES[mistake]
    good = desk.requests()[ANNA][0]
    said = desk.answers("mistake.csv", [named(good, "C-1") | changed, named(good, "C-1")], "--preview")
    assert said["accepted"] == 1
    assert [(item["row"], item["reason"]) for item in said["rejects"]] == [(2, reason)]


@pytest.mark.parametrize("changed", [{"address": "240.1.0.6"}, {"port": "1"}, {"instant_utc": "2019-03-01T10:26:00Z"}])
def test_a_check_digit_made_to_fit_does_not_carry_a_mistake_through(shared_desk: Desk, changed: dict[str, str]) -> None:
    row = marked(named(shared_desk.requests()[ANNA][0], "C-1") | changed)
    assert shared_desk.answers("mistake.csv", [row], "--preview")["accepted"] == 0


def test_an_id_that_no_request_has_is_unknown_even_with_its_check_digit(shared_desk: Desk) -> None:
    row = marked(named(shared_desk.requests()[ANNA][0], "C-1") | {"request_id": "A" * 12})
    (refused,) = shared_desk.answers("unknown.csv", [row], "--preview")["rejects"]
    assert refused["reason"] == "unknown-request"


def test_rows_whose_ids_changed_places_are_both_refused(shared_desk: Desk) -> None:
    one, other = (named(row, "C-1") for row in shared_desk.requests()[ANNA])
    marks = ("request_id", "check_digit")
    swapped = [one | {name: other[name] for name in marks}, other | {name: one[name] for name in marks}]
    said = shared_desk.answers("swapped.csv", swapped, "--preview")
    assert [item["reason"] for item in said["rejects"]] == ["port-differs", "port-differs"]


def test_answers_whose_rows_changed_places_are_both_refused(shared_desk: Desk) -> None:
    rows = shared_desk.requests()
    one, other = named(rows[ANNA][0], "C-1"), named(rows[DORA][0], "C-2")
    filled = ("answer", "subscriber", "looked_up_address", "looked_up_port", "looked_up_instant")
    swapped = [one | {name: other[name] for name in filled}, other | {name: one[name] for name in filled}]
    said = shared_desk.answers("swapped.csv", swapped, "--preview")
    assert [item["reason"] for item in said["rejects"]] == ["looked-up-differs", "looked-up-differs"]


def test_nobody_is_named_behind_a_gateway_without_a_port(shared_desk: Desk) -> None:
    row = shared_desk.requests()[CARL][0]
    assert row["resolvable"] == "false"
    (refused,) = shared_desk.answers("mobile.csv", [named(row, "M-1")], "--preview")["rejects"]
    assert refused["reason"] == "port-missing"
    said = shared_desk.answers("mobile.csv", [row | {"answer": "no-record"}], "--preview")
    assert said["accepted"] == 1


def test_a_form_without_the_column_holder_is_read_and_one_without_the_id_is_not(shared_desk: Desk) -> None:
    row = named(shared_desk.requests()[ANNA][0], "C-1")
    without = {name: value for name, value in row.items() if name != "holder"}
    assert shared_desk.answers("short.csv", [without], "--preview")["accepted"] == 1
    nameless = {name: value for name, value in row.items() if name != "request_id"}
    shared_desk.says("answers", str(shared_desk.paper("nameless.csv", [nameless])), "--preview", code=3)


def test_a_mistake_in_the_hour_is_told_apart(shared_desk: Desk) -> None:
    row = named(shared_desk.requests()[BERT][0], "A-1") | {"instant_utc": "2019-03-02T05:11:30Z"}
    (refused,) = shared_desk.answers("hours.csv", [row], "--preview")["rejects"]
    assert (refused["reason"], refused["detail"]) == ("instant-differs", "hour and minute changed places")


def test_the_same_answer_twice_counts_once(shared_desk: Desk) -> None:
    row = named(shared_desk.requests()[ANNA][0], "C-1")
    said = shared_desk.answers("twice.csv", [row, row | {"source": "again"}], "--preview")
    assert (said["accepted"], said["conflicts"]) == (1, 0)
    assert [(item["row"], item["reason"]) for item in said["rejects"]] == [(3, "repeated")]


def test_two_answers_to_one_request_are_kept_in_conflict(shared_desk: Desk) -> None:
    row = shared_desk.requests()[ANNA][0]
    said = shared_desk.answers("two.csv", [named(row, "C-1"), named(row, "C-2")], "--preview")
    assert (said["accepted"], said["conflicts"], said["rejected"]) == (0, 2, 2)


def test_two_subscribers_at_one_address_at_one_time_are_in_conflict(shared_desk: Desk) -> None:
    first, second = shared_desk.requests()[ANNA]
    overlapping = [named(first, "C-1"), named(second, "C-2", valid_from="2019-03-03T00:00:00Z")]
    assert shared_desk.answers("over.csv", overlapping, "--preview")["conflicts"] == 2
    following = [
        named(first, "C-1", valid_to="2019-03-03T00:00:00Z"),
        named(second, "C-2", valid_from="2019-03-03T00:00:00Z"),
    ]
    assert shared_desk.answers("after.csv", following, "--preview")["conflicts"] == 0


def test_a_preview_seals_nothing_and_a_file_that_is_no_form_is_refused(desk: Desk) -> None:
    row = desk.requests()[ANNA][0]
    before = sorted(path for path in desk.workspace.glob("exhibits/**/*") if path.is_file())
    assert not desk.answers("nz.csv", [named(row, "C-1")], "--preview")["sealed"]
    other = desk.paper("other.csv", [{"name": "x", "value": "y"}])
    desk.says("answers", str(other), code=3)
    assert sorted(path for path in desk.workspace.glob("exhibits/**/*") if path.is_file()) == before
    desk.says("verify")


def test_the_log_names_no_subscriber_and_no_account(desk: Desk) -> None:
    row = desk.requests()[ANNA][0]
    desk.answers("nz.csv", [named(row, "Subscriber-77", subscriber_name="Tav Rasko"), row | {"port": "1"}])
    log = (desk.workspace / "log" / "entries.jsonl").read_text()
    assert not [word for word in ("Subscriber-77", "Rasko", "anna", row["request_id"]) if word in log]
    last = json.loads(log.splitlines()[-1])
    assert (last["action"], last["numbers"]["accepted"], last["numbers"]["rejected"]) == ("returned:paper:sealed", 1, 0)


def test_refused_rows_stay_in_every_run_with_nothing_but_their_digest(desk: Desk) -> None:
    row = named(desk.requests()[ANNA][0], "C-1") | {"port": "1"}
    desk.answers("nz.csv", [row])
    desk.says("run")
    with open_run(desk.workspace).engine(ReturnedRejectRow) as engine:
        (kept,) = engine.rows("select r.reason, r.row, length(r.text_sha256) as digits from returned_reject as r")
    assert kept == {"reason": "port-differs", "row": 2, "digits": 64}


def test_every_row_that_came_back_is_listed_with_what_became_of_it(desk: Desk) -> None:
    good, other = (named(row, "C-1") for row in desk.requests()[ANNA])
    desk.answers("nz.csv", [good, other | {"port": "1"}])
    desk.says("run")
    rows = [json.loads(line) for line in desk.says("returned", "--json").splitlines()]
    assert [(row["row"], row["state"], row["reason"]) for row in rows] == [
        (2, "accepted", ""), (3, "refused", "port-differs"),
    ]  # fmt: skip
    assert [row["account_key"] for row in rows] == ["anna", ""]
    assert desk.says("returned", "--refused").count("\n") == 2
