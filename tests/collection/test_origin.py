"""Who may have created the cache, counted by hand; and every reason for which nobody can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leadline.facts.tables import FileTallyRow, OriginCandidateRow, OriginRow
from tests.priority.world import World, at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def logs_from(world: World, begin: datetime) -> None:
    """One access log whose first readable line is of this instant."""
    world.add(FileTallyRow, file=9, first_access=begin, last_access=at(60))


def begun_by_anna(world: World, *, objects: int = 4) -> None:
    """The cache's first objects, all added by anna as the inventory and the logs say; bert opens them later."""
    logs_from(world, at(-1))
    for number in range(objects):
        key = f"o{number}"
        world.listed(key, added_at=at(0, seconds=number * 60), added_by="anna")
        world.access("anna", "upload", key, at(0, seconds=number * 60))
        world.access("bert", "view", key, at(2))


def origin(world: World) -> dict[str, Any]:
    world.collect()
    (row,) = world.table(OriginRow)
    return row


def words(world: World) -> list[str]:
    return [reason["word"] for reason in origin(world)["grounds"]]


def candidates(world: World, role: str) -> list[dict[str, Any]]:
    found = [row for row in world.table(OriginCandidateRow) if row["role"] == role]
    return sorted(found, key=lambda row: int(row["rank"]))


def evidence(row: dict[str, Any]) -> dict[str, str]:
    return {one["word"]: one["sentence"] for one in row["statements"]}


def test_who_added_the_first_objects_by_both_sources_is_the_firm_candidate(world: World) -> None:
    begun_by_anna(world)
    world.listed("late", added_at=at(5), added_by="cora", size=7)
    world.access("cora", "upload", "late", at(5))
    row = origin(world)
    assert (row["state"], row["listed_objects"]) == ("answered", 5)
    assert (row["first_objects"], row["first_adder_known"]) == (4, 4)
    (anna,) = candidates(world, "creator")
    assert (anna["account_key"], anna["sure"], anna["first_objects"], anna["by_both"]) == ("anna", "firm", 4, 4)
    assert evidence(anna)["first-objects"] == "added 4 of the 4 objects of the first day, the very first among them"
    (cora,) = candidates(world, "grower")
    assert (cora["account_key"], cora["objects_added"], cora["bytes_added"], cora["sure"]) == ("cora", 1, 7, "firm")


def test_one_source_alone_is_fair_and_never_firm(world: World) -> None:
    logs_from(world, at(0))
    for number in range(4):
        world.listed(f"o{number}", added_at=at(0, seconds=number), added_by="anna")
    world.access("anna", "view", "o0", at(1))
    assert origin(world)["state"] == "answered"
    (anna,) = candidates(world, "creator")
    assert (anna["sure"], anna["by_inventory"]) == ("fair", 4)


def test_a_name_that_did_nothing_in_the_logs_is_weak(world: World) -> None:
    logs_from(world, at(0))
    for number in range(4):
        world.listed(f"o{number}", added_at=at(0, seconds=number), added_by="import-service")
    assert origin(world)["state"] == "answered"
    (named,) = candidates(world, "creator")
    assert named["sure"] == "weak"
    assert "no relevant access" in evidence(named)["no-access"]


def test_who_uploads_a_first_object_again_later_did_not_begin_the_cache(world: World) -> None:
    begun_by_anna(world)
    world.access("cora", "upload", "o0", at(30))
    assert origin(world)["state"] == "answered"
    assert [row["account_key"] for row in candidates(world, "creator")] == ["anna"]
    (cora,) = candidates(world, "grower")
    assert (cora["account_key"], cora["first_objects"], cora["objects_added"]) == ("cora", 0, 1)


def test_who_held_an_object_before_it_was_listed_is_a_candidate_and_shown_as_such(world: World) -> None:
    begun_by_anna(world)
    world.access("dora", "view", "o3", at(0, seconds=-3600))
    assert origin(world)["state"] == "answered"
    anna, dora = candidates(world, "creator")
    assert (anna["account_key"], dora["account_key"], dora["sure"]) == ("anna", "dora", "weak")
    assert set(evidence(dora)) == {"before-listed", "first-access"}


def test_clocks_that_differ_a_little_make_nobody_a_holder(world: World) -> None:
    begun_by_anna(world)
    world.access("dora", "view", "o3", at(0, seconds=170))
    origin(world)
    assert [row["before_listed"] for row in candidates(world, "creator")] == [0]


def test_two_who_began_together_are_both_shown_the_one_with_more_first(world: World) -> None:
    begun_by_anna(world, objects=3)
    for key in ("p1", "p2"):
        world.listed(key, added_at=at(0, hours=1), added_by="cora")
        world.access("cora", "upload", key, at(0, hours=1))
    origin(world)
    assert [(row["account_key"], row["sure"]) for row in candidates(world, "creator")] == [
        ("anna", "fair"), ("cora", "weak"),
    ]  # fmt: skip


def test_it_abstains_when_the_logs_begin_too_late_and_still_shows_who_added(world: World) -> None:
    logs_from(world, at(3))
    for number in range(4):
        world.listed(f"o{number}", added_at=at(number), added_by="anna")
    world.access("anna", "view", "o1", at(4))
    assert words(world) == ["logs-begin-too-late"]
    assert candidates(world, "creator") == []
    assert [(row["account_key"], row["objects_added"]) for row in candidates(world, "grower")] == [("anna", 4)]


def test_it_abstains_when_the_inventory_and_the_logs_name_different_accounts(world: World) -> None:
    logs_from(world, at(-1))
    for number in range(4):
        world.listed(f"o{number}", added_at=at(0, seconds=number * 60), added_by="anna")
        world.access("cora" if number < 2 else "anna", "upload", f"o{number}", at(0, seconds=number * 60))
    assert words(world) == ["sources-disagree"]


def test_it_abstains_when_two_inventories_state_other_days(world: World) -> None:
    logs_from(world, at(-1))
    for number in range(4):
        world.listed(f"o{number}", added_at=at(0), added_by="anna", file=0)
        world.listed(f"o{number}", added_at=at(3), added_by="anna", file=1)
    assert words(world) == ["sources-disagree"]


def test_an_object_taken_out_and_put_back_is_no_disagreement(world: World) -> None:
    begun_by_anna(world)
    for number in range(4):
        world.listed(f"o{number}", added_at=at(9), removed_at=at(12), added_by="cora", file=1)
    assert words(world) == []


def test_it_abstains_when_many_stood_there_before_the_first_known_date(world: World) -> None:
    begun_by_anna(world)
    for number in range(3):
        world.access("dora", "view", f"o{number}", at(-1))
        world.access("emil", "view", f"o{number}", at(-1))
    assert words(world) == ["full-at-first-access"]


def test_it_abstains_when_the_dates_are_those_of_an_import(world: World) -> None:
    logs_from(world, at(-1))
    for number in range(12):
        world.listed(f"o{number}", added_at=at(0), added_by="anna")
    assert words(world) == ["one-date-for-many"]


def test_it_abstains_when_dates_or_names_are_not_known(world: World) -> None:
    logs_from(world, at(-1))
    for number in range(4):
        world.listed(f"o{number}", added_at=at(0, seconds=number))
    world.listed("undated")
    assert words(world) == ["dates-unknown", "adder-unknown"]


def test_without_inventory_and_logs_it_says_so(world: World) -> None:
    assert words(world) == ["no-inventory", "no-logs"]
    assert world.table(OriginCandidateRow) == []


def test_what_no_inventory_lists_is_shown_and_counts_for_nothing(world: World) -> None:
    begun_by_anna(world)
    world.access("anna", "upload", "stray", at(1), relevant=False)
    world.access("fred", "upload", "stray", at(1), relevant=False)
    origin(world)
    (anna,) = candidates(world, "creator")
    assert (anna["objects_added"], anna["unlisted"]) == (4, 1)
    assert candidates(world, "grower") == []
