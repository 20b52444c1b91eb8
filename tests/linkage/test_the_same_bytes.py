"""Links and clusters are the same bytes on any number of threads, and in whatever order the facts came."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from leadline.facts.lake import Lake
from leadline.facts.tables.linkage import ClusterRow, LinkRow
from leadline.synthetic.linked import LinkedWorld, invent_linked, write
from leadline.synthetic.linked_people import People
from tests.linkage.worlds import invented, link

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import DrillFigure

THREADS = (1, 2, 4)


def written(folder: Path) -> dict[str, str]:
    """The digest of every file of links and clusters."""
    paths = [path for fact in (LinkRow, ClusterRow) for path in Lake(folder).paths(fact)]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in paths}


def shuffled(world: LinkedWorld, seed: int) -> LinkedWorld:
    """The same accounts and visits in another order."""
    chance = random.Random(seed)
    order = list(range(len(world.people.accounts)))
    chance.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    visits = [replace(one, account=place[one.account]) for one in world.visits]
    chance.shuffle(visits)
    accounts = [world.people.accounts[old] for old in order]
    return LinkedWorld(People(world.people.persons, accounts), visits)


def test_any_number_of_threads_and_any_order_gives_the_same_bytes(tmp_path: Path) -> None:
    world = invent_linked(8, accounts=800)
    digests = []
    for number, threads in enumerate(THREADS):
        folder = tmp_path / str(threads)
        write(folder, shuffled(world, number) if number else world)
        link(folder, threads=threads)
        digests.append(written(folder))
    assert len(digests[0]) > len((LinkRow, ClusterRow))
    assert digests[0] == digests[1] == digests[2]


@pytest.mark.drill
def test_operation_size_gives_the_same_bytes_on_any_number_of_threads(
    tmp_path: Path, drill_figure: DrillFigure
) -> None:
    world = invented(tmp_path, 9, accounts=90_000)
    digests = []
    for threads in THREADS:
        link(tmp_path, threads=threads)
        digests.append(written(tmp_path))
    drill_figure("accounts linked on 1, 2 and 4 threads", len(world.people.accounts))
    assert digests[0] == digests[1] == digests[2]
