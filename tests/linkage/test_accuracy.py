"""On invented worlds: pairs of one person are found and right, and shared infrastructure joins nobody."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from leadline.synthetic.link_rates import compared, dictionary
from tests.linkage.worlds import invented, link

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import DrillFigure


@pytest.mark.parametrize("seed", [1, 2])
def test_persons_are_found_on_small_worlds(tmp_path: Path, seed: int) -> None:
    world = invented(tmp_path, seed, accounts=1_500)
    link(tmp_path)
    counted = compared(world, tmp_path)
    assert counted.precision >= 0.985
    assert counted.recall >= 0.85
    assert counted.homes_right >= 0.95 * counted.homes_found
    assert counted.infrastructure == 0


def test_homes_and_persons_do_not_overlap(tmp_path: Path) -> None:
    invented(tmp_path, 3, accounts=800)
    found = link(tmp_path)
    persons = {
        frozenset(pair) for members in found.clusters("same-person").values() for pair in combinations(members, 2)
    }
    assert persons
    assert not persons & {frozenset(pair) for pair in found.links("associated")}


@pytest.mark.drill
def test_persons_are_found_over_twenty_seeds(tmp_path: Path, drill_figure: DrillFigure) -> None:
    counted = []
    for seed in range(1, 21):
        world = invented(tmp_path / str(seed), seed)
        link(tmp_path / str(seed))
        counted.append(dictionary(compared(world, tmp_path / str(seed))))
    sums = {name: sum(one[name] for one in counted) for name in counted[0]}
    drill_figure("same-person pairs found that are right", round(1000 * sums["right"] / sums["found"]), unit="‰")
    drill_figure("same-person pairs found", round(1000 * sums["right"] / sums["true"]), unit="‰")
    assert sums["right"] >= 0.99 * sums["found"]
    assert sums["right"] >= 0.90 * sums["true"]
    assert sums["infrastructure"] == 0
