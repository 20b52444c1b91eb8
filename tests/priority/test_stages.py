"""Stages: what is known, what stays unknown, who is named by whom, and which clock a returned check moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leadline.facts.tables import (
    AnswerRow,
    CheckRow,
    ClockRow,
    DeviceResultRow,
    EnforcementRow,
    HolderRow,
    MetBeforeRow,
    StageRow,
)
from leadline.stages.priority.contract import weights
from leadline.stages.priority.returnable import CHECKS
from tests.priority.world import World, at

if TYPE_CHECKING:
    from pathlib import Path

HOLDER, OTHER = "Access NZ (invented)", "Fibre NZ (invented)"
NAMELESS = {"subscriber_key": "", "name_form": ""}
PLACED = sorted((check for check in CHECKS.all() if check.place), key=lambda check: check.place)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.listed("o1", added_at=at(0))
    for account in ("anna", "bert"):
        made.access(account, "view", "o1", at(1))
        made.seen(account)
        made.attributed(account)
        made.add(HolderRow, account_key=account, holder=HOLDER, accesses=1)
    return made


def answered(world: World, holder: str, **values: Any) -> None:
    usual = {"subscriber": "C-1", "subscriber_key": holder, "name_form": "tav rasko", "margin_seconds": 86_400}
    row = len(world.rows.get(AnswerRow, [])) + 2
    world.add(AnswerRow, account_key="anna", holder=holder, answer="subscriber", row=row, **{**usual, **values})


def checked(world: World, check: str, state: str = "yes", **values: Any) -> None:
    row = len(world.rows.get(CheckRow, [])) + 2
    usual = {"source": "a register", "checked_at": at(9)}
    world.add(CheckRow, account_key="anna", check_name=check, state=state, row=row, **{**usual, **values})


def anna(world: World) -> dict[str, Any]:
    return next(row for row in world.rank() if row["account_key"] == "anna")


def stages(world: World) -> dict[str, dict[str, Any]]:
    return {row["stage"]: row for row in world.table(StageRow) if row["account_key"] == "anna"}


def named(world: World) -> dict[str, Any]:
    world.rank()
    return dict(world.by(EnforcementRow, "account_key")["anna"])


def test_every_account_has_four_stages_and_what_nobody_answered_is_unknown(world: World) -> None:
    row = anna(world)
    assert row["stage"] == "S0"
    found = stages(world)
    assert [found[stage]["reached"] for stage in ("S0", "S1", "S2", "S3")] == [True, False, False, False]
    assert set(found["S2"]["what_is_unknown"]) >= {"subscriber", "person-at-the-device", "child-at-immediate-risk"}
    assert found["S1"]["what_is_unknown"] == ["account-record", "earlier-tips"]
    assert found["S3"]["what_is_unknown"] == ["device"]
    assert found["S2"]["next_check"].startswith(f"Ask {HOLDER} which subscriber")


def test_an_answer_names_a_subscriber_and_then_a_child_at_immediate_risk_is_asked_for_first(world: World) -> None:
    answered(world, HOLDER)
    row = anna(world)
    assert (row["stage"], "subscriber" in row["unknowns"]) == ("S2", False)
    assert row["next_check"] == CHECKS.get("child-at-immediate-risk").ask


def test_the_published_order_outweighs_everything_below_it() -> None:
    steps = weights().steps
    log = (
        weights().start
        + weights().caps["volume"]
        + sum(
            max(step.points for step in found)
            for (name, _), found in steps.items()
            if name in {"added-objects", "added-new-objects", "persistence"}
        )
    )
    later = sum(steps[key][0].points for key in steps if key[0] in {"met-before", "device-opened", "device-known"})
    below = log + later
    for check in reversed(PLACED):
        assert check.points > below
        below += check.points
    assert PLACED[0].name == "child-at-immediate-risk"


@pytest.mark.parametrize("state", ["no", "unknown"])
def test_only_yes_moves_anything(world: World, state: str) -> None:
    before = anna(world)["score"]
    other = World(world.folder / "asked", rows=world.rows)
    for check in CHECKS.all():
        checked(other, check.name, state)
    assert anna(other)["score"] == before
    assert other.by(ClockRow, "account_key")["anna"]["safeguarding_days"] is None


def test_a_check_that_came_back_unknown_stays_unknown(world: World) -> None:
    checked(world, "earlier-finding", "unknown")
    assert "earlier-finding" in anna(world)["unknowns"]


@pytest.mark.parametrize("check", ["position-of-trust", "travel-planned", "child-in-household"])
def test_trust_travel_and_children_move_the_safeguarding_clock_and_give_no_points(world: World, check: str) -> None:
    before = anna(world)
    other = World(world.folder / "heard", rows=world.rows)
    checked(other, check)
    after = anna(other)
    assert (after["score"], after["level"], after["reasons"]) == (before["score"], before["level"], before["reasons"])
    clock = other.by(ClockRow, "account_key")["anna"]
    assert clock["safeguarding_days"] == CHECKS.get(check).safeguarding_days
    assert clock["safeguarding_due"] > at(9).date()
    assert (clock["clock_days"], other.by(ClockRow, "account_key")["bert"]["safeguarding_days"]) == (30, None)


def test_reasons_and_start_still_make_the_score(world: World) -> None:
    checked(world, "earlier-finding")
    checked(world, "earlier-finding", "no", source="another register")
    world.add(MetBeforeRow, account_key="anna", earlier_tip="T-1", what="account", earlier_account="anna")
    world.add(MetBeforeRow, account_key="bert", earlier_tip="T-1", what="email", earlier_account="x")
    world.add(DeviceResultRow, account_key="anna", examination="X-1", examined_at=at(9), cache_opened=2, known=1)
    row = anna(world)
    points = {reason["factor"]: reason for reason in row["reasons"]}
    assert row["start"] + sum(reason["points"] for reason in row["reasons"]) == row["score"]
    assert set(points) >= {"earlier-finding", "met-before", "device-opened", "device-known"}
    assert "another register says no" in points["earlier-finding"]["reason"]
    assert (row["stage"], row["rank"]) == ("S3", 1)
    other = next(row for row in world.rank() if row["account_key"] == "bert")
    assert "met-before" not in {reason["factor"] for reason in other["reasons"]}


def test_one_source_is_not_enough_and_a_second_answer_of_the_same_holder_is_no_second_source(world: World) -> None:
    answered(world, HOLDER)
    answered(world, HOLDER, subscriber_key="again")
    found = named(world)
    assert (found["state"], found["sources"]) == ("one-source", [f"{HOLDER} names the subscriber"])
    assert any("independent" in missing for missing in found["missing"])


def test_two_independent_sources_that_name_the_same_person_are_ready_and_are_told(world: World) -> None:
    answered(world, HOLDER)
    checked(world, "identifier-confirmed", source="a mail operator", name_form="tav rasko")
    found = named(world)
    assert (found["state"], found["missing"]) == ("ready-for-enforcement", [])
    assert found["sources"] == [f"{HOLDER} names the subscriber", "a mail operator names the customer of an identifier"]


def test_two_sources_that_name_two_persons_disagree(world: World) -> None:
    answered(world, HOLDER)
    answered(world, OTHER, name_form="mira vale")
    assert named(world)["state"] == "sources-disagree"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"conflict": "contradicts"},
        {"margin_seconds": 20},
        {"answer": "no-record"},
        {"subscriber_key": "", "name_form": ""},
    ],
)
def test_an_answer_that_cannot_carry_a_door_is_no_source(world: World, spoilt: dict[str, Any]) -> None:
    answered(world, OTHER)
    row = len(world.rows[AnswerRow]) + 2
    usual = {"subscriber_key": "c", "name_form": "tav rasko", "margin_seconds": 86_400, "answer": "subscriber"}
    world.add(AnswerRow, account_key="anna", holder=HOLDER, row=row, **{**usual, **spoilt})
    assert named(world)["state"] == "one-source"


def test_what_the_account_itself_states_stands_beside_and_is_no_source(world: World) -> None:
    answered(world, HOLDER, email_form="tav.rasko@mail.example")
    world.record("anna", email="Tav.Rasko@mail.example")
    found = named(world)
    assert found["state"] == "one-source"
    assert "whoever opened the account typed it" in found["beside"][0]


def test_a_number_that_a_home_has_in_common_does_not_make_two_names_one_person(world: World) -> None:
    answered(world, HOLDER, phone_form="+6431234567")
    answered(world, OTHER, name_form="lumba felgi", phone_form="+6431234567")
    assert named(world)["state"] == "sources-disagree"


def test_two_sources_for_one_person_and_two_for_another_are_not_ready(world: World) -> None:
    answered(world, HOLDER)
    answered(world, OTHER)
    answered(world, "Third (invented)", name_form="lumba felgi")
    answered(world, "Fourth (invented)", name_form="lumba felgi")
    assert named(world)["state"] == "sources-disagree"


def test_two_checks_without_a_record_holders_answer_open_no_door(world: World) -> None:
    checked(world, "identifier-confirmed", source="a register", name_form="tav rasko")
    checked(world, "identifier-confirmed", source="a bank", name_form="tav rasko")
    found = named(world)
    assert found["state"] == "one-source"
    assert any("answer that names the subscriber" in said for said in found["missing"])


def test_signs_of_a_takeover_are_asked_about_first_only_until_somebody_is_named(world: World) -> None:
    world.access("anna", "view", "o1", at(3), user_agent="OtherBrowser/1.0 (X)")
    world.seen("anna", country="AU", first_access=at(3), last_access=at(3))
    row = anna(world)
    assert "sign-ins and changes of password" in row["next_check"]
    answered(world, HOLDER)
    assert anna(world)["next_check"] == CHECKS.get("child-at-immediate-risk").ask


REPEATED: dict[str, tuple[list[dict[str, str]], list[dict[str, str]]]] = {
    "another spelling": ([{"holder": HOLDER}], [{"source": "ACCESS NZ, (Invented)"}]),
    "a longer name": ([{"holder": HOLDER}], [{"source": "Access NZ (invented) Ltd."}]),
    "told by name": ([{"holder": HOLDER}], [{"source": "a mail operator", "reference": f"as told by {HOLDER}"}]),
    "told by request": ([{"holder": HOLDER}], [{"source": "a mail operator", "reference": "see request12345"}]),
    "an answer from another": ([{"holder": HOLDER}, {"holder": OTHER, "source": f"file of {HOLDER}"}], []),
    "two from a third": (
        [
            {"holder": name, "source": basis}
            for name, basis in (("Ost", HOLDER), (HOLDER, ""), ("Sued Telecom", HOLDER))
        ],
        [],
    ),
}
"""Answers and checks that look like two sources and are one."""


def test_what_one_party_says_under_two_names_or_repeats_of_another_is_one_source(world: World) -> None:
    usual = {"name_form": "tav rasko", "subscriber_key": "c", "answer": "subscriber", "margin_seconds": 86_400}
    for case, (answers, checks) in REPEATED.items():
        world.access(case, "view", "o1", at(1))
        for row, values in enumerate(answers, 2):
            world.add(AnswerRow, account_key=case, request_id="REQUEST12345", row=row, **{**usual, **values})
        for row, values in enumerate(checks, 2):
            confirmed = {"check_name": "identifier-confirmed", "state": "yes", "name_form": "tav rasko"}
            world.add(CheckRow, account_key=case, checked_at=at(9), row=row, **{**confirmed, **values})
    world.rank()
    found = world.by(EnforcementRow, "account_key")
    assert {case: found[case]["state"] for case in REPEATED} == dict.fromkeys(REPEATED, "one-source")
    assert all("count as one source" in " ".join(found[case]["missing"]) for case in REPEATED)


ORDER = {
    "child-at-immediate-risk": 1,
    "child-within-reach": 2,
    "active-approach": 3,
    "apparent-source": 4,
    "earlier-finding": 5,
}
"""The field's published order of work, as docs/stages.md tells it."""
CLOCKS = {"very-high": 1, "high": 7, "medium": 14, "low": 30}
SAFEGUARDING = {
    **dict.fromkeys(ORDER, 1), "apparent-source": 7, "earlier-finding": 7, "position-of-trust": 1, "travel-planned": 1,
    "child-in-household": 7,
}  # fmt: skip


def test_the_published_order_and_the_clocks_hold_however_much_the_log_says(world: World) -> None:
    assert {check.name: check.place for check in CHECKS.all() if check.place} == ORDER
    assert {one.name: one.safeguarding_days for one in CHECKS.all() if one.safeguarding_days} == SAFEGUARDING
    returned = [*ORDER, "outside-assessment"]
    for row, check in enumerate(returned, 2):
        world.access(check, "view", "o1", at(1))
        world.seen(check)
        world.attributed(check)
        told = {"state": "yes", "source": "r", "checked_at": at(9), "tool": "KIRAT", "level": "very high"}
        world.add(CheckRow, account_key=check, check_name=check, row=row, **told)
    for account, objects in (("many", 60), ("some", 2), ("few", 0)):
        for number in range(objects):
            world.listed(f"{account}{number}", added_at=at(number), added_by=account)
            world.access(account, "upload", f"{account}{number}", at(number))
        for number in range(12):
            world.access(account, "download", "o1", at(number))
        world.seen(account)
        world.attributed(account)
    ranked = world.rank()
    assert [row["account_key"] for row in ranked] == [
        *ORDER,
        "many",
        "some",
        "few",
        "anna",
        "bert",
        "outside-assessment",
    ]
    clocks = world.by(ClockRow, "account_key")
    assert {row["account_key"]: clocks[row["account_key"]]["clock_days"] for row in ranked} == {
        row["account_key"]: CLOCKS[row["level"]] for row in ranked
    }
    assert {row["level"] for row in ranked} == CLOCKS.keys()
    scores = {row["account_key"]: row["score"] for row in ranked}
    assert scores["outside-assessment"] == scores["anna"]
