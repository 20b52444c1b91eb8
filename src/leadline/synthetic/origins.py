"""Invents how a cache began, with who began it known: facts as the stages before `collection` write them, and truth.

In some worlds the records reach back to the beginning; in others something of them is missing, so that a careful reader
says that nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables import AccessRow, FileTallyRow, InventoryRow
from leadline.facts.tables.base import Fact, schema_of
from leadline.synthetic.chance import generator
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

TOLD = "told"
"""The records reach back to the beginning."""
UNTOLD = ("late-logs", "undated", "unnamed", "imported", "disputed")
"""What is missing or contradictory in the other worlds."""
BEGIN = datetime(2019, 1, 14, 9, 0, tzinfo=UTC)
ADDRESS = "240.0.0.9"


@dataclass
class OriginWorld:
    """Facts to be, and the truth."""

    case: str
    creator: str
    grower: str
    """Who added most after the first day."""
    objects: list[dict[str, Any]] = field(default_factory=list)
    accesses: list[dict[str, Any]] = field(default_factory=list)
    log_begins: datetime = BEGIN - timedelta(days=2)

    def listed(self, at: datetime | None, *, by: str | None) -> str:
        """One more object that the inventory lists; its key."""
        key = f"o{len(self.objects):05d}"
        digest = sha256_of(key.encode())
        self.objects.append({"object_key": key, "size": 1000, "sha256": digest, "added_at": at, "added_by": by})
        return key

    def access(self, account: str, action: str, key: str, at: datetime) -> None:
        """One more relevant access, with success."""
        self.accesses.append({"account_key": account, "action": action, "object_key": key, "accessed_at": at})


def invent_origin(seed: int, case: str) -> OriginWorld:
    """A cache of 60 to 260 objects, begun by one account within a day and grown by others over months.

    Others add a part of the first day's objects, some upload again what stands there already, and some hold an object
    before it is listed, as those who brought it from elsewhere do.
    """
    rng = generator(seed, f"origin {case}")
    names = [f"u{number:04d}" for number in rng.permutation(400).tolist()]
    creator, growers, viewers = names[0], names[1:9], names[9:120]
    first, later = int(rng.integers(20, 80)), int(rng.integers(40, 180))
    shares = rng.lognormal(0.0, 1.0, len(growers))
    adders = rng.choice(growers, size=later, p=shares / shares.sum()).tolist()
    world = OriginWorld(case, creator, max(growers, key=lambda name: (adders.count(name), name)))
    for number in range(first):
        by = creator if number == 0 or rng.random() < 0.8 else growers[int(rng.integers(3))]
        _begun(rng, world, number, by)
    for by in adders:
        at = BEGIN + timedelta(days=2, seconds=int(rng.integers(0, 200 * 86_400)))
        key = world.listed(at, by=by if rng.random() < 0.6 else None)
        if rng.random() < 0.9:
            world.access(by, "upload", key, at)
    for who in viewers:
        for key in rng.choice([one["object_key"] for one in world.objects], size=3).tolist():
            world.access(who, "view", key, BEGIN + timedelta(days=210, seconds=int(rng.integers(0, 86_400))))
    _spoil(rng, world, first)
    return world


def _begun(rng: np.random.Generator, world: OriginWorld, number: int, by: str) -> None:
    """One object of the first day, mostly with an upload in the logs, often with a name in the inventory."""
    at = BEGIN + timedelta(seconds=number * int(rng.integers(30, 300)))
    key = world.listed(at, by=by if rng.random() < 0.6 else None)
    if rng.random() < 0.9:
        world.access(by, "upload", key, at)
    if rng.random() < 0.05:
        world.access(f"again-{number % 5}", "upload", key, at + timedelta(days=3 + number))
    if rng.random() < 0.03:
        world.access(f"held-{number % 4}", "view", key, at - timedelta(hours=2))


def _spoil(rng: np.random.Generator, world: OriginWorld, first: int) -> None:
    """Take away what a careful reader needs."""
    begun = world.objects[:first]
    if world.case == "late-logs":
        world.log_begins = BEGIN + timedelta(days=int(rng.integers(1, 60)))
        world.accesses = [one for one in world.accesses if one["accessed_at"] >= world.log_begins]
    elif world.case == "undated":
        chosen = rng.choice(len(world.objects), size=len(world.objects) // 5, replace=False).tolist()
        for one in (world.objects[number] for number in chosen):
            one["added_at"] = None
        hidden = {world.objects[number]["object_key"] for number in chosen}
        world.accesses = [one for one in world.accesses if one["action"] != "upload" or one["object_key"] not in hidden]
    elif world.case == "unnamed":
        keys = {one["object_key"] for one in begun[first // 3 :]}
        for one in begun[first // 3 :]:
            one["added_by"] = None
        world.accesses = [one for one in world.accesses if one["action"] != "upload" or one["object_key"] not in keys]
    elif world.case == "imported":
        for one in begun[: first * 2 // 3]:
            one["added_at"] = BEGIN
    elif world.case == "disputed":
        for one in begun[: first // 2]:
            one["added_by"] = "somebody-else"
            world.access(world.creator, "upload", one["object_key"], one["added_at"])


def write_origin(folder: Path, world: OriginWorld) -> None:
    """Write the tables that `collection` reads as a lake in ``folder``."""
    address = parse_address(ADDRESS)
    key = "" if address is None else address.key
    plain = {
        "time_text": "", "zone_stated": True, "address": key, "remote_ip": ADDRESS, "succeeded": True,
        "is_head": False, "status": 200, "bytes": 1000, "file": 1, "relevant": True, "seen_twice": False,
    }  # fmt: skip
    tables: dict[type[Fact], list[dict[str, Any]]] = {
        InventoryRow: [{"file": 0, "line": line, **one} for line, one in enumerate(world.objects, 2)],
        AccessRow: [{**plain, "line": line, **one} for line, one in enumerate(world.accesses, 1)],
        FileTallyRow: [_tally(world)],
    }
    with Engine(spill=folder / "spill", threads=1, memory_mb=500) as engine:
        for fact, rows in tables.items():
            engine.table(fact.table, pa.Table.from_pylist(rows, schema=schema_of(fact)))
            Lake(folder).write(engine, fact)


def _tally(world: OriginWorld) -> dict[str, Any]:
    schema = schema_of(FileTallyRow)
    zeros: dict[str, Any] = {one.name: 0 for one in schema if one.type == pa.int64()}
    return {**zeros, "file": 1, "first_access": world.log_begins, "last_access": BEGIN + timedelta(days=230)}
