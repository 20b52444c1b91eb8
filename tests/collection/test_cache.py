"""What the cache held: objects, who added them, which were new, and how it grew."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from leadline.facts.tables import CacheDayRow, ContributionRow, ObjectRow
from leadline.stages.collection.run import calendar
from tests.priority.world import World, at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def made(world: World) -> dict[Any, dict[str, Any]]:
    world.collect()
    return world.by(ObjectRow, "object_key")


def new_ones(world: World) -> set[str]:
    return {key for key, row in made(world).items() if row["new"]}


def test_an_upload_never_makes_a_member(world: World) -> None:
    world.access("cora", "upload", "stray", at(3), relevant=False)
    world.access("dora", "upload", "stray", at(2), relevant=False, is_head=True)
    stray = made(world)["stray"]
    assert (stray["listed"], stray["listings"], stray["new"]) == (False, 0, False)
    assert (stray["added_at"], stray["added_by"], stray["added_source"]) == (at(3), "cora", "upload")
    (given,) = world.table(ContributionRow)
    assert (given["account_key"], given["listed"], given["source"]) == ("cora", False, "upload")


def test_values_come_from_the_first_record_that_has_them_and_conflicts_are_told(world: World) -> None:
    world.listed("o1", size=None, sha256=None, md5="b" * 32, file=0)
    world.listed("o1", size=5, sha256=None, md5="a" * 32, category="c2", category_scheme="s", file=1)
    world.listed("o2", size=7, file=0)
    world.listed("o2", size=7, file=1)
    found = made(world)
    first = found["o1"]
    assert (first["size"], first["md5"], first["category"], first["category_scheme"]) == (5, "b" * 32, "c2", "s")
    assert (first["conflicting"], found["o2"]["conflicting"]) == (True, False)


def test_a_removed_object_is_removed_only_when_every_record_says_so(world: World) -> None:
    world.listed("gone", added_at=at(0), removed_at=at(2))
    world.listed("gone", added_at=at(3), removed_at=at(4))
    world.listed("back", added_at=at(0), removed_at=at(2))
    world.listed("back", added_at=at(3))
    found = made(world)
    assert (found["gone"]["removed_at"], found["back"]["removed_at"]) == (at(4), None)


def test_an_object_is_new_if_nothing_earlier_has_its_digest(world: World) -> None:
    world.listed("first", sha256="a" * 64, added_at=at(1))
    world.listed("again", sha256="a" * 64, added_at=at(2))
    world.listed("other", sha256="b" * 64, added_at=at(9))
    assert new_ones(world) == {"first", "other"}


def test_two_of_one_moment_are_both_new(world: World) -> None:
    world.listed("o1", sha256="a" * 64, added_at=at(1))
    world.listed("o2", sha256="a" * 64, added_at=at(1))
    assert new_ones(world) == {"o1", "o2"}


def test_an_equal_object_without_a_date_may_have_been_earlier(world: World) -> None:
    world.listed("dated", sha256="a" * 64, added_at=at(1))
    world.listed("undated", sha256="a" * 64)
    world.listed("alone", sha256="b" * 64)
    assert new_ones(world) == {"alone"}


def test_without_a_digest_nothing_is_new(world: World) -> None:
    world.listed("o1", sha256=None, added_at=at(1))
    assert new_ones(world) == set()


def test_objects_are_compared_by_the_strongest_digest_that_both_have(world: World) -> None:
    world.listed("weak", sha256=None, md5="a" * 32, added_at=at(1))
    world.listed("strong", sha256="a" * 64, md5="a" * 32, added_at=at(2))
    world.listed("apart", sha256="b" * 64, md5="c" * 32, added_at=at(3))
    world.listed("collides", sha256="d" * 64, md5="c" * 32, added_at=at(4))
    assert new_ones(world) == {"weak", "apart", "collides"}


def test_who_added_what_is_told_by_inventory_upload_or_both(world: World) -> None:
    world.listed("o1", added_at=at(1), added_by="anna")
    world.listed("o2", added_at=at(1), added_by="anna")
    world.listed("o3", added_at=at(1))
    world.access("anna", "upload", "o2", at(2))
    world.access("bert", "upload", "o3", at(3))
    world.access("bert", "upload", "o1", at(3), succeeded=False)
    world.access(None, "upload", "o3", at(4))
    world.collect()
    found = world.by(ContributionRow, "account_key", "object_key")
    assert {key: row["source"] for key, row in found.items()} == {
        ("anna", "o1"): "inventory", ("anna", "o2"): "both", ("bert", "o3"): "upload",
    }  # fmt: skip
    assert (found["anna", "o2"]["added_at"], found["bert", "o3"]["added_at"]) == (at(1), at(3))


def test_the_cache_grows_and_shrinks_by_the_day(world: World) -> None:
    world.listed("o1", added_at=at(0), size=10)
    world.listed("o2", added_at=at(0), removed_at=at(2), size=5)
    world.listed("o3", added_at=at(3), size=None)
    world.listed("o4", size=99)
    world.access("anna", "view", "o1", at(1))
    world.access("anna", "view", "o1", at(1))
    world.access(None, "view", "o1", at(4))
    world.collect()
    days = [tuple(row.values()) for row in sorted(world.table(CacheDayRow), key=lambda row: row["day"])]
    assert days == [
        (date(2019, 3, 1), 2, 0, 2, 15, 0, 0),
        (date(2019, 3, 2), 0, 0, 2, 15, 2, 1),
        (date(2019, 3, 3), 0, 1, 1, 10, 0, 0),
        (date(2019, 3, 4), 1, 0, 2, 10, 0, 0),
        (date(2019, 3, 5), 0, 0, 2, 10, 1, 0),
    ]


def test_days_that_lie_decades_apart_are_not_filled_up() -> None:
    assert calendar([date(2019, 1, 1), date(2019, 1, 4)]) == [date(2019, 1, day) for day in range(1, 5)]
    assert calendar([date(1970, 1, 1), date(9999, 12, 31)]) == [date(1970, 1, 1), date(9999, 12, 31)]
    assert calendar([]) == []


def test_a_tip_with_nothing_in_it_makes_empty_tables(world: World) -> None:
    assert made(world) == {}
    assert (world.table(ContributionRow), world.table(CacheDayRow)) == ([], [])
