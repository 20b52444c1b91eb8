"""What each account did: the contract's figures, by hand and against a plain second way of counting."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.facts.tables import AccessRow, ActivityRow, ContributionRow, InventoryRow, ObjectRow, PresenceRow
from tests.priority.world import World, at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def did(world: World, account: str = "anna") -> dict[str, Any]:
    world.reckon()
    return world.by(ActivityRow, "account_key")[account]


def test_objects_count_once_and_only_where_they_were_opened(world: World) -> None:
    for key in ("o1", "o2", "o3", "o4"):
        world.listed(key, added_at=at(0))
    world.access("anna", "view", "o1", at(1))
    world.access("anna", "download", "o1", at(1))
    world.access("anna", "download", "o2", at(2), status=304)
    world.access("anna", "view", "o3", at(2), is_head=True)
    world.access("anna", "download", "o4", at(3), succeeded=False, status=404)
    found = did(world)
    assert (found["objects_opened"], found["objects_downloaded"], found["attempts"]) == (2, 2, 1)
    assert (found["accesses"], found["days_active"]) == (5, 3)
    assert (found["first_access"], found["last_access"]) == (at(1), at(3))


def test_added_objects_are_those_uploaded_with_success_and_listed(world: World) -> None:
    world.listed("o1", sha256="a" * 64, added_at=at(0))
    world.listed("o2", sha256="a" * 64, added_at=at(3))
    world.access("anna", "upload", "o1", at(0))
    world.access("anna", "upload", "o2", at(3))
    world.access("anna", "upload", "o1", at(4))
    world.access("anna", "upload", "stray", at(4), relevant=False)
    world.access("bert", "upload", "o1", at(4), succeeded=False, status=403)
    found = did(world)
    assert (found["objects_added"], found["new_objects_added"], found["accesses"]) == (2, 1, 3)
    assert did(world, "bert")["objects_added"] == 0


def test_a_head_request_opens_downloads_adds_and_shares_nothing(world: World) -> None:
    world.listed("o1", added_at=at(0))
    for action in ("view", "download", "upload", "share"):
        world.access("anna", action, "o1", at(1), is_head=True)
    found = did(world)
    names = ("objects_opened", "objects_downloaded", "objects_added", "new_objects_added", "objects_shared")
    assert [found[name] for name in names] == [0] * 5
    assert (found["accesses"], found["attempts"], found["days_active"]) == (4, 0, 1)


def test_bytes_are_those_of_all_relevant_accesses(world: World) -> None:
    world.listed("o1", added_at=at(0))
    world.access("anna", "view", "o1", at(1), bytes=100)
    world.access("anna", "view", "o1", at(1), bytes=7, succeeded=False, status=500)
    world.access("anna", "view", "o1", at(1), bytes=None)
    world.access("bert", "view", "o1", at(1), bytes=None)
    assert (did(world)["bytes"], did(world, "bert")["bytes"]) == (107, 0)


def test_what_is_missing_is_counted(world: World) -> None:
    world.listed("o1")
    world.access("anna", "view", "o1", at(1), status=None, remote_port=None)
    world.access("anna", "view", "o1", at(1), zone_stated=False, seen_twice=True, remote_ip="240.1.0.6")
    world.access("anna", "list", "k1", at(1), user_agent=None, session="s1")
    found = did(world)
    names = ("without_status", "without_port", "without_zone", "lines_seen_twice", "dates_unknown", "listings")
    assert [found[name] for name in names] == [1, 1, 1, 1, 2, 1]
    assert (found["addresses"], found["user_agents"], found["sessions"]) == (2, 1, 1)


def test_openings_outside_an_objects_time_are_counted_and_attempts_are_not(world: World) -> None:
    world.listed("o1", added_at=at(2), removed_at=at(4))
    for day in (1, 3, 5, 6):
        world.access("anna", "view", "o1", at(day))
    world.access("anna", "view", "o1", at(1), succeeded=False, status=404)
    world.access("anna", "upload", "o1", at(1))
    found = did(world)
    assert (found["opened_before_added"], found["opened_after_removed"]) == (1, 2)


def test_days_are_utc_days(world: World) -> None:
    world.listed("o1", added_at=at(0))
    world.access("anna", "view", "o1", datetime(2019, 3, 1, 23, 59, 59, 999999, tzinfo=UTC))
    world.access("anna", "view", "o1", datetime(2019, 3, 2, 0, 0, tzinfo=UTC))
    assert did(world)["days_active"] == 2


def test_only_relevant_accesses_that_name_an_account_make_one(world: World) -> None:
    world.listed("o1", added_at=at(0))
    world.access(None, "view", "o1", at(1))
    world.access("cora", "upload", "stray", at(1), relevant=False)
    world.access("anna", "list", "k1", at(1))
    world.reckon()
    assert set(world.by(ActivityRow, "account_key")) == {"anna"}


# --- a second way of counting ----------------------------------------------------------------------------

KEYS = ("o1", "o2", "o3", "o4")
DIGESTS = ("a" * 64, "b" * 64, None)
moments = st.integers(0, 12).map(lambda hours: at(hours=hours * 6))
perhaps = st.none() | moments
records = st.fixed_dictionaries(
    {
        "object_key": st.sampled_from(KEYS[:3]),
        "sha256": st.sampled_from(DIGESTS),
        "added_at": perhaps,
        "removed_at": perhaps,
        "added_by": st.sampled_from((None, "anna", "bert")),
        "size": st.sampled_from((None, 5, 7)),
    }
)
events = st.fixed_dictionaries(
    {
        "account_key": st.sampled_from((None, "anna", "bert", "cora")),
        "action": st.sampled_from(("view", "download", "upload", "share", "delete", "list")),
        "object_key": st.sampled_from(KEYS),
        "accessed_at": moments,
        "succeeded": st.booleans(),
        "is_head": st.booleans(),
        "bytes": st.sampled_from((None, 0, 3)),
        "remote_port": st.sampled_from((None, 1)),
        "user_agent": st.sampled_from((None, "A/1", "B/1")),
    }
)


def build(folder: Path, stated: list[dict[str, Any]], done: list[dict[str, Any]], threads: int = 2) -> World:
    world = World(folder, threads=threads)
    world.rows = {InventoryRow: [], AccessRow: []}
    members = {row["object_key"] for row in stated}
    for row in stated:
        world.listed(row["object_key"], **{k: v for k, v in row.items() if k != "object_key"})
    for row in done:
        listing = row["action"] == "list"
        relevant = listing or row["object_key"] in members
        if relevant or (row["action"] == "upload" and row["succeeded"]):
            rest = {k: v for k, v in row.items() if k not in ("account_key", "action", "object_key", "accessed_at")}
            key = "k1" if listing else row["object_key"]
            world.access(row["account_key"], row["action"], key, row["accessed_at"], relevant=relevant, **rest)
    return world


def uploads(world: World) -> Iterator[dict[str, Any]]:
    for row in world.rows[AccessRow]:
        if row["action"] == "upload" and row["succeeded"] and not row["is_head"]:
            yield row


def spans(world: World, key: str) -> list[tuple[datetime | None, datetime | None]]:
    """The times of one object, record by record, as the contract tells them; None: not known, or still there."""
    stated = [row for row in world.rows[InventoryRow] if row["object_key"] == key]
    added = min((row["added_at"] for row in stated if row["added_at"]), default=None)
    dated = added is not None or any(row["removed_at"] for row in stated)
    start = added or min((row["accessed_at"] for row in uploads(world) if row["object_key"] == key), default=None)
    found = []
    for row in stated:
        begins, ends = row["added_at"], row["removed_at"]
        if begins is None and ends is None and dated:
            continue
        if begins is None and start is not None and (ends is None or start < ends):
            begins = start
        found.append((begins, ends))
    return found


def presence(world: World, row: dict[str, Any]) -> str:
    if row["action"] == "list":
        return "dates-unknown"
    when, known = row["accessed_at"], spans(world, row["object_key"])
    if any(b is not None and b <= when and (e is None or when < e) for b, e in known):
        return "present"
    if any(b is None and (e is None or when < e) for b, e in known):
        return "dates-unknown"
    begins = [b for b, _ in known if b is not None]
    if begins and when < min(begins):
        return "before-added"
    return "after-removed" if any(e is not None and e <= when for _, e in known) else "dates-unknown"


def opens(row: dict[str, Any]) -> bool:
    return row["succeeded"] and not row["is_head"] and row["action"] in ("view", "download")


def figures(world: World, account: str, new: set[str]) -> dict[str, Any]:
    mine = [row for row in world.rows[AccessRow] if row["relevant"] and row["account_key"] == account]
    added = {row["object_key"] for row in uploads(world) if row in mine}
    stood = [(row, presence(world, row)) for row in mine]
    return {
        "accesses": len(mine),
        "first_access": min(row["accessed_at"] for row in mine),
        "last_access": max(row["accessed_at"] for row in mine),
        "days_active": len({row["accessed_at"].date() for row in mine}),
        "objects_opened": len({row["object_key"] for row in mine if opens(row)}),
        "objects_downloaded": len({row["object_key"] for row in mine if opens(row) and row["action"] == "download"}),
        "objects_added": len(added),
        "new_objects_added": len(added & new),
        "opened_before_added": sum(opens(row) and word == "before-added" for row, word in stood),
        "opened_after_removed": sum(opens(row) and word == "after-removed" for row, word in stood),
        "attempts": sum(not row["succeeded"] for row in mine),
        "listings": sum(row["action"] == "list" for row in mine),
        "bytes": sum(row["bytes"] or 0 for row in mine),
        "user_agents": len({row["user_agent"] for row in mine} - {None}),
        "without_port": sum(row["remote_port"] is None for row in mine),
        "dates_unknown": sum(word == "dates-unknown" and row["action"] != "list" for row, word in stood),
    }


def first_known(world: World, key: str) -> datetime | None:
    return min((begins for begins, _ in spans(world, key) if begins is not None), default=None)


def news(world: World) -> set[str]:
    digests: dict[str, str] = {}
    for row in world.rows[InventoryRow]:
        if row["sha256"]:
            digests.setdefault(row["object_key"], row["sha256"])
    first = {row["object_key"]: row["sha256"] for row in reversed(world.rows[InventoryRow])}
    digests = {key: first[key] or min(d for d in _all(world, key)) for key in digests}
    found = set()
    for key, digest in digests.items():
        mine = first_known(world, key)
        others = [first_known(world, other) for other, its in digests.items() if its == digest and other != key]
        if not any(mine is None or other is None or other < mine for other in others):
            found.add(key)
    return found


def _all(world: World, key: str) -> list[str]:
    return [row["sha256"] for row in world.rows[InventoryRow] if row["object_key"] == key and row["sha256"]]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=st.lists(records, max_size=6), done=st.lists(events, min_size=1, max_size=25))
def test_every_figure_equals_a_plain_second_count(
    tmp_path_factory: pytest.TempPathFactory, stated: list[dict[str, Any]], done: list[dict[str, Any]]
) -> None:
    world = build(tmp_path_factory.mktemp("world"), stated, done)
    world.reckon()
    relevant = [row for row in world.rows[AccessRow] if row["relevant"]]
    stood = {row["line"]: (row["presence"], row["opened"]) for row in world.table(PresenceRow)}
    assert stood == {row["line"]: (presence(world, row), opens(row)) for row in relevant}

    new = {key for key, row in world.by(ObjectRow, "object_key").items() if row["new"]}
    assert new == news(world)
    found = world.by(ActivityRow, "account_key")
    assert set(found) == {row["account_key"] for row in relevant} - {None}
    for account, row in found.items():
        expected = figures(world, account, new)
        assert {name: row[name] for name in expected} == expected

    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in world.rows[InventoryRow]:
        sources[row["added_by"], row["object_key"]].add("inventory")
    for row in uploads(world):
        sources[row["account_key"], row["object_key"]].add("upload")
    told = {key: "both" if len(said) == 2 else min(said) for key, said in sources.items() if key[0] is not None}
    assert {key: row["source"] for key, row in world.by(ContributionRow, "account_key", "object_key").items()} == told


def test_one_thread_and_two_write_the_same_bytes(tmp_path: Path) -> None:
    stated = [
        {"object_key": f"o{n % 3 + 1}", "sha256": DIGESTS[n % 3], "added_at": at(n) if n % 4 else None,
         "removed_at": at(n + 3) if n % 5 == 0 else None, "added_by": None, "size": n}
        for n in range(9)
    ]  # fmt: skip
    done = [
        {"account_key": f"a{n % 7}", "action": ("view", "upload", "download")[n % 3], "object_key": KEYS[n % 4],
         "accessed_at": at(hours=n % 50), "succeeded": n % 6 != 0, "is_head": n % 11 == 0, "bytes": n}
        for n in range(400)
    ]  # fmt: skip
    made = []
    for threads in (1, 2):
        world = build(tmp_path / str(threads), stated, done, threads)
        world.reckon()
        files = sorted(path for path in world.lake.folder.rglob("*.parquet"))
        made.append({str(path.relative_to(world.lake.folder)): path.read_bytes() for path in files})
    assert made[0] == made[1]
    assert len(made[0]) > 10


def test_moments_a_microsecond_apart_are_told_apart(world: World) -> None:
    world.listed("o1", added_at=at(1))
    world.access("anna", "view", "o1", at(1) - timedelta(microseconds=1))
    assert did(world)["opened_before_added"] == 1
