"""Ranked candidates: exact sums, levels, order, caveats, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.facts.tables import CandidateRow, HolderRow, JurisdictionRow
from leadline.stages.priority.contract import Step, weights
from leadline.stages.priority.returnable import CHECKS
from leadline.vocabulary.scales import Caveat, Certainty, Level, State
from tests.priority.world import World, at

if TYPE_CHECKING:
    from pathlib import Path


LATER = {check.name for check in CHECKS.all() if check.confirms != "person"} | {"device", "earlier-tips"}
"""What nobody has looked at when a tip has just arrived."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def contributor(world: World, account: str = "cora", *, objects: int = 12, days: int = 12, **values: Any) -> None:
    """An account that adds so many new objects and comes back on so many days."""
    for number in range(objects):
        world.listed(f"{account}-{number}", added_at=at(0), added_by=account)
    for day in range(days):
        world.access(account, "download", f"{account}-{day % objects}", at(day), **values)


def only(world: World) -> dict[str, Any]:
    (row,) = world.rank()
    return row


def at_home(world: World, account: str = "cora", accesses: int = 12) -> None:
    world.seen(account, accesses=accesses)
    world.attributed(account)
    world.record(account, compromised=False)


def test_a_candidate_says_everything_that_the_contract_names(world: World) -> None:
    contributor(world)
    at_home(world)
    world.add(JurisdictionRow, account_key="cora", place=1, code="NZ", share=900)
    world.add(JurisdictionRow, account_key="cora", place=2, code="AU", share=100)
    world.add(HolderRow, account_key="cora", holder="Small (invented)", accesses=2)
    world.add(
        HolderRow, account_key="cora", holder="Large (invented)", accesses=10, evidence_expires=date(2019, 12, 31)
    )
    row = only(world)
    assert (row["rank"], row["provider"], row["stage"], row["start"]) == (1, "Example Cloud", "S1", weights().start)
    assert row["jurisdictions"] == [{"code": "NZ", "share": 900}, {"code": "AU", "share": 100}]
    assert row["holders"] == ["Large (invented)", "Small (invented)"]
    assert (row["jurisdiction"], row["confidence"], row["evidence_expires"]) == ("NZ", 900, date(2019, 12, 31))
    assert (row["level"], row["holder_certainty"], row["cluster"]) == ("very-high", "firm", None)
    assert row["next_check"].startswith("Ask Large (invented) which subscriber had the address")
    assert "2019-12-31" in row["next_check"]
    assert [reason["factor"] for reason in row["reasons"]] == [
        "added-objects", "added-new-objects", "breadth", "persistence", "downloads",
    ]  # fmt: skip
    assert row["reasons"][0]["reason"] == (
        "added 12 listed objects, of these 0 by an upload in the log; dates of adding: 2019-03-01 to 2019-03-01"
    )


def test_one_access_makes_a_candidate_at_the_start(world: World) -> None:
    world.access("anna", "list", "k1", at(0))
    row = only(world)
    assert (row["score"], row["start"], row["reasons"], row["level"]) == (100, 100, [], "low")
    assert (row["jurisdiction"], row["jurisdictions"], row["holders"]) == ("", [], [])
    assert row["caveats"] == ["listing-only", "no-account-record", "single-access"]


def test_only_objects_that_stood_nowhere_before_count_as_new(world: World) -> None:
    for number in range(4):
        digest = "a" * 64 if number < 3 else "b" * 64
        world.listed(f"o{number}", sha256=digest, added_at=at(number), added_by="anna" if number else "bert")
    world.access("anna", "list", "k1", at(9))
    points = {reason["factor"]: reason for reason in only(world)["reasons"]}
    assert set(points) == {"added-objects", "added-new-objects"}
    assert points["added-objects"]["points"] == reached(weights().steps["added-objects", "objects"], 3)
    assert points["added-new-objects"]["points"] == reached(weights().steps["added-new-objects", "objects"], 1)
    assert points["added-new-objects"]["reason"].startswith("1 of the 3 objects added")


def test_a_family_gives_no_more_than_its_cap_and_says_so(world: World) -> None:
    for number in range(30):
        world.listed(f"o{number}")
        world.access("anna", "download", f"o{number}", at(0))
    row = only(world)
    points = {reason["factor"]: reason["points"] for reason in row["reasons"]}
    assert points == {"breadth": 180, "downloads": 120}
    assert sum(points.values()) == weights().caps["volume"]
    assert "150 points held to 120" in next(r["reason"] for r in row["reasons"] if r["factor"] == "downloads")


def test_a_very_high_level_needs_a_certainty_other_than_unknown(world: World) -> None:
    contributor(world)
    at_home(world)
    named = only(world)
    hidden = World(world.folder / "hidden")
    contributor(hidden)
    hidden.seen("cora", kind="tor", country="", carries=False, holder="", accesses=12)
    hidden.attributed("cora", jurisdiction="", confidence=0, evidence_expires=None, caveats=["tor"])
    other = only(hidden)
    assert (named["score"], named["level"], named["holder_certainty"]) == (other["score"], "very-high", "firm")
    assert (other["level"], other["holder_certainty"]) == ("high", "unknown")


@pytest.mark.parametrize(
    "values",
    [
        {"user_agent": "Googlebot/2.1"},
        {"user_agent": None},
        {"remote_port": None},
        {"remote_ip": "2001:db8::7"},
        {"session": "s1"},
        {"zone_stated": False},
        {"status": None},
        {"bytes": 10**9},
    ],
)
def test_nothing_that_can_be_chosen_moves_a_score(tmp_path: Path, values: dict[str, Any]) -> None:
    scores = []
    for name, chosen in (("plain", {}), ("chosen", values)):
        world = World(tmp_path / name)
        contributor(world, **chosen)
        scores.append(only(world)["score"])
    assert scores[0] == scores[1] > weights().start


def test_head_requests_beside_it_do_not_lower_a_score(tmp_path: Path) -> None:
    plain, beside = World(tmp_path / "plain"), World(tmp_path / "beside")
    for world in (plain, beside):
        contributor(world)
    for number in range(50):
        beside.access("cora", "view", "cora-1", at(0), is_head=True, line=1000 + number)
    assert only(plain)["score"] == only(beside)["score"]


def test_rank_goes_by_score_then_by_what_is_lost_first_then_by_key(world: World) -> None:
    world.listed("o1", added_at=at(0))
    for account in ("b-late", "a-late", "soon", "unknown", "Z", "more"):
        world.access(account, "view", "o1", at(0))
        expires = {"unknown": None, "soon": date(2019, 6, 1)}.get(account, date(2020, 1, 1))
        world.attributed(account, evidence_expires=expires)
    world.access("more", "view", "o1", at(1))
    ranked = world.rank()
    assert [row["account_key"] for row in ranked] == ["more", "unknown", "soon", "Z", "a-late", "b-late"]
    assert [row["rank"] for row in ranked] == [1, 2, 3, 4, 5, 6]


def test_caveats_of_attribution_and_of_conduct_stand_once_and_in_order(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(4))
    for day in (1, 5):
        world.access("anna", "view", "o1", at(day), status=None, zone_stated=False, user_agent="curl/7.1")
    world.seen("anna", accesses=2, accounts_here=9)
    world.attributed("anna", caveats=["shared-address", "table-old"])
    row = only(world)
    assert row["caveats"] == [
        "after-removed", "automated-client", "before-added", "no-account-record", "no-status", "no-zone",
        "shared-address", "table-old",
    ]  # fmt: skip
    assert set(row["caveats"]) <= set(Caveat)


def test_attempts_alone_open_nothing_and_are_told(world: World) -> None:
    world.listed("o1", added_at=at(0))
    for day in range(3):
        world.access("anna", "download", "o1", at(day), succeeded=False, status=403)
    row = only(world)
    assert (row["objects_opened"], row["objects_downloaded"], row["attempts"]) == (0, 0, 3)
    assert "attempts-only" in row["caveats"]
    assert {reason["factor"] for reason in row["reasons"]} == {"persistence"}


def test_what_is_not_known_is_listed(world: World) -> None:
    world.listed("o1", sha256=None)
    world.access("anna", "view", "o1", at(0), remote_port=None, user_agent=None, status=None, zone_stated=False)
    world.listed("o2", sha256=None, added_by="anna")
    assert set(only(world)["unknowns"]) - LATER == {
        "account-record", "address-use", "client", "digests", "evidence-expiry", "jurisdiction", "object-dates",
        "person-at-the-device", "source-port", "status", "subscriber", "time-zone",
    }  # fmt: skip


def test_even_the_best_known_account_has_no_subscriber_yet(world: World) -> None:
    contributor(world)
    at_home(world)
    unknowns = only(world)["unknowns"]
    assert set(unknowns) == {"person-at-the-device", "subscriber"} | LATER
    assert unknowns == sorted(unknowns)


def test_an_abstained_account_keeps_its_rank(world: World) -> None:
    contributor(world, "cora")
    world.access("anna", "view", "cora-1", at(0))
    world.attributed("anna")
    world.attributed("cora", jurisdiction="", confidence=0)
    first = world.rank()[0]
    assert (first["account_key"], first["jurisdiction"]) == ("cora", "")


def test_without_relevant_accesses_there_are_no_candidates(world: World) -> None:
    assert world.rank() == []


# --- points, a plain second time -------------------------------------------------------------------------


def reached(steps: tuple[Step, ...], value: int) -> int:
    return max((step.points for step in steps if value >= step.at_least), default=0)


def expected_points(row: dict[str, Any], contributed: int, new: int, cache: int) -> dict[str, int]:
    steps = weights().steps
    span = (row["last_access"].date() - row["first_access"].date()).days
    share = 1000 * row["objects_opened"] // cache if cache else 0
    breadth = reached(steps["breadth", "objects"], row["objects_opened"]) + reached(steps["breadth", "share"], share)
    cap = weights().caps["volume"]
    return {
        "added-objects": reached(steps["added-objects", "objects"], contributed),
        "added-new-objects": reached(steps["added-new-objects", "objects"], new),
        "persistence": reached(steps["persistence", "days"], row["days_active"])
        + reached(steps["persistence", "span"], span),
        "breadth": min(breadth, cap),
        "downloads": min(reached(steps["downloads", "objects"], row["objects_downloaded"]), cap - min(breadth, cap)),
    }


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    adding=st.lists(st.sampled_from(("anna", "bert", None)), min_size=1, max_size=40),
    coming=st.lists(st.tuples(st.sampled_from(("anna", "bert", "cora")), st.integers(0, 200)), min_size=1, max_size=90),
)
def test_start_and_reasons_make_every_score_exactly(
    tmp_path_factory: pytest.TempPathFactory, adding: list[str | None], coming: list[tuple[str, int]]
) -> None:
    world = World(tmp_path_factory.mktemp("world"))
    for number, account in enumerate(adding):
        world.listed(f"o{number}", added_at=at(number), added_by=account)
    for number, (account, day) in enumerate(coming):
        action = ("download", "view")[number % 2]
        world.access(account, action, f"o{(number * 7 + day) % len(adding)}", at(day))
    ranked = world.rank()
    assert len(ranked) == len({account for account, _ in coming})
    for row in ranked:
        mine = sum(account == row["account_key"] for account in adding)
        points = {reason["factor"]: reason["points"] for reason in row["reasons"]}
        wanted = expected_points(row, mine, mine, len(adding))
        full = {name for name, value in wanted.items() if value}
        assert {name: value for name, value in points.items() if value} == {name: wanted[name] for name in full}
        assert row["score"] == row["start"] + sum(points.values())
    keys = [(-row["score"], row["account_key"]) for row in ranked]
    assert keys == sorted(keys)


def test_every_word_of_a_candidate_is_on_a_closed_list(world: World) -> None:
    contributor(world)
    world.access("anna", "view", "cora-1", at(0))
    for row in world.rank():
        assert row["level"] in tuple(Level)
        assert row["holder_certainty"] in tuple(Certainty)
        assert all(doubt["state"] in tuple(State) and doubt["reason"] for doubt in row["doubts"])
        assert row["next_check"].endswith((".", ":"))


def test_one_thread_and_two_write_the_same_candidates(tmp_path: Path) -> None:
    made = []
    for threads in (1, 2):
        world = World(tmp_path / str(threads), threads=threads)
        for number in range(40):
            world.listed(f"o{number}", added_at=at(number), added_by=f"a{number % 9}")
        for number in range(900):
            account = f"a{number % 61}"
            world.access(account, ("view", "download")[number % 2], f"o{number * 7 % 40}", at(number % 90))
        for number in range(61):
            world.seen(f"a{number}", accesses=15)
            world.attributed(f"a{number}")
        world.rank()
        made.append({path.name: path.read_bytes() for path in world.lake.paths(CandidateRow)})
    assert made[0] == made[1]
    assert len(made[0]) > 10
