"""Whether an object stood in the cache at the moment of an access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leadline.facts.tables import ObjectRow, PresenceRow
from tests.priority.world import World, at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def presences(world: World) -> list[str]:
    """The presence of each access, in line order."""
    world.collect()
    return [row["presence"] for row in sorted(world.table(PresenceRow), key=lambda row: int(row["line"]))]


def viewed_on(world: World, *days: int) -> None:
    for day in days:
        world.access("anna", "view", "o1", at(day))


def test_an_object_stands_from_its_adding_up_to_its_removal(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(5))
    viewed_on(world, 1, 2, 4, 5, 6)
    assert presences(world) == ["before-added", "present", "present", "after-removed", "after-removed"]


def test_an_object_without_a_removal_is_still_there(world: World) -> None:
    world.listed("o1", added_at=at(2))
    viewed_on(world, 9_000)
    assert presences(world) == ["present"]


def test_an_object_that_came_back_was_away_in_between(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(4))
    world.listed("o1", added_at=at(6), removed_at=at(8))
    viewed_on(world, 1, 3, 5, 7, 9)
    assert presences(world) == ["before-added", "present", "after-removed", "present", "after-removed"]


def test_records_that_overlap_are_one_time(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(6), file=0)
    world.listed("o1", added_at=at(4), removed_at=at(8), file=1)
    world.listed("o1", added_at=at(3), removed_at=at(5), file=2)
    viewed_on(world, 5, 7, 8)
    assert presences(world) == ["present", "present", "after-removed"]
    assert world.by(ObjectRow, "object_key")["o1"]["listings"] == 3


def test_without_any_date_nothing_is_known(world: World) -> None:
    world.listed("o1")
    viewed_on(world, 1)
    assert presences(world) == ["dates-unknown"]


def test_after_a_removal_without_an_adding_an_object_is_gone_and_before_it_perhaps_there(world: World) -> None:
    world.listed("o1", removed_at=at(5))
    viewed_on(world, 4, 5)
    assert presences(world) == ["dates-unknown", "after-removed"]


def test_the_first_successful_upload_dates_an_object_that_the_inventory_does_not(world: World) -> None:
    world.listed("o1")
    world.access("cora", "upload", "o1", at(1), succeeded=False, status=500)
    world.access("cora", "upload", "o1", at(3))
    world.access("dora", "upload", "o1", at(4))
    viewed_on(world, 2, 3)
    assert presences(world) == ["before-added", "present", "present", "before-added", "present"]
    made = world.by(ObjectRow, "object_key")["o1"]
    assert (made["added_at"], made["added_by"], made["added_source"]) == (at(3), "cora", "upload")


def test_the_inventorys_date_rules_over_the_logs(world: World) -> None:
    world.listed("o1", added_at=at(4))
    world.access("cora", "upload", "o1", at(1))
    viewed_on(world, 3)
    assert presences(world) == ["before-added", "before-added"]
    made = world.by(ObjectRow, "object_key")["o1"]
    assert (made["added_at"], made["added_by"], made["added_source"]) == (at(4), None, "inventory")


def test_an_upload_after_the_removal_dates_nothing(world: World) -> None:
    world.listed("o1", removed_at=at(5))
    world.access("cora", "upload", "o1", at(7))
    viewed_on(world, 4)
    assert presences(world) == ["after-removed", "dates-unknown"]


def test_a_record_with_no_date_leaves_the_dates_of_another_alone(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(5), file=0)
    world.listed("o1", file=1)
    viewed_on(world, 1, 3, 6)
    assert presences(world) == ["before-added", "present", "after-removed"]
    assert world.by(ObjectRow, "object_key")["o1"]["removed_at"] == at(5)


def test_a_removal_told_by_another_inventory_ends_a_span_that_began_when_the_object_was_added(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(3), file=0)
    world.listed("o1", removed_at=at(6), file=1)
    viewed_on(world, 5, 6)
    assert presences(world) == ["present", "after-removed"]


def test_a_listing_of_a_cache_has_no_dates(world: World) -> None:
    world.access("anna", "list", "k1", at(1))
    assert presences(world) == ["dates-unknown"]


@pytest.mark.parametrize(
    ("action", "values", "opened"),
    [
        ("view", {}, True),
        ("download", {"status": None}, True),
        ("view", {"is_head": True}, False),
        ("download", {"succeeded": False, "status": 404}, False),
        ("upload", {}, False),
        ("share", {}, False),
        ("delete", {}, False),
    ],
)
def test_only_a_view_or_download_that_succeeds_opens(
    world: World, action: str, values: dict[str, Any], opened: bool
) -> None:
    world.listed("o1", added_at=at(0))
    world.access("anna", action, "o1", at(1), **values)
    world.collect()
    assert [row["opened"] for row in world.table(PresenceRow)] == [opened]


def test_accesses_without_an_account_have_a_presence_too(world: World) -> None:
    world.listed("o1", added_at=at(0))
    world.access(None, "view", "o1", at(1))
    assert presences(world) == ["present"]
