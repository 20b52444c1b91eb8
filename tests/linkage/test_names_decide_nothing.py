"""Other names for the accounts, another order of the records and records told twice change no cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from leadline.synthetic.linked import LinkedWorld, Visit, invent_linked, write
from leadline.synthetic.linked_people import People
from tests.linkage.worlds import link

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("same-person", "associated")
Partition = set[frozenset[str]]


def partition(folder: Path, world: LinkedWorld) -> dict[str, Partition]:
    """The clusters of each kind that a run makes of a world."""
    write(folder, world)
    found = link(folder)
    return {kind: {frozenset(members) for members in found.clusters(kind).values()} for kind in KINDS}


def renamed(world: LinkedWorld) -> tuple[LinkedWorld, dict[str, str]]:
    """The same world under names whose order is another, and the old name of each."""
    keys = [one.key for one in world.people.accounts]
    new = {key: f"x{(7919 * number + 13) % 10_007:05d}" for number, key in enumerate(keys)}
    accounts = [replace(one, key=new[one.key]) for one in world.people.accounts]
    return LinkedWorld(People(world.people.persons, accounts), world.visits), {v: k for k, v in new.items()}


def turned(world: LinkedWorld) -> LinkedWorld:
    """The same world with its records and visits in the opposite order, and every visit told twice."""
    last = len(world.people.accounts) - 1
    visits = [Visit(last - one.account, one.address, one.kind, one.week) for one in reversed(world.visits)]
    return LinkedWorld(People(world.people.persons, world.people.accounts[::-1]), [*visits, *visits])


@pytest.mark.parametrize("seed", [3, 4])
def test_names_decide_nothing(tmp_path: Path, seed: int) -> None:
    world = invent_linked(seed, accounts=700)
    other, old = renamed(world)
    first, second = partition(tmp_path / "first", world), partition(tmp_path / "second", other)
    assert first["same-person"]
    assert first == {kind: {frozenset(old[key] for key in one) for one in second[kind]} for kind in KINDS}


def test_order_and_repetition_decide_nothing(tmp_path: Path) -> None:
    world = invent_linked(5, accounts=700)
    assert partition(tmp_path / "first", world) == partition(tmp_path / "second", turned(world))
