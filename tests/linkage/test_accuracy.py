"""On invented worlds: pairs of one person are found and right, and shared infrastructure joins nobody."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from tests.linkage.worlds import Linked, invented, link

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.linked import LinkedWorld
    from tests.conftest import DrillFigure


def figures(world: LinkedWorld, found: Linked) -> dict[str, int]:
    """Counts of pairs: true, found, right, and found with nothing in common but shared infrastructure."""
    said, true = found.found_pairs(), found.true_pairs()
    homes, household = found.found_pairs("associated"), found.true_pairs("household")
    return {
        "true": len(true),
        "found": len(said),
        "right": len(said & true),
        "homes_found": len(homes),
        "homes_right": len(homes & household),
        "infrastructure": infrastructure_only(world, found),
    }


def infrastructure_only(world: LinkedWorld, found: Linked) -> int:
    """Links, of either kind, between accounts that have nothing but addresses shared by many in common."""
    stated = {one.key: one for one in world.people.accounts}
    crowd: dict[int, set[int]] = {}
    for visit in world.visits:
        crowd.setdefault(visit.address, set()).add(visit.account)
    own: dict[str, set[int]] = {}
    for visit in world.visits:
        if visit.kind == "access" and len(crowd[visit.address]) < 5:
            own.setdefault(world.people.accounts[visit.account].key, set()).add(visit.address)
    pairs = {**found.links("same-person"), **found.links("associated")}
    return sum(not (_in_common(stated[a], stated[b]) or own.get(a, set()) & own.get(b, set())) for a, b in pairs)


def _in_common(one: Any, other: Any) -> bool:
    return (one.payment is not None and one.payment == other.payment) or any(
        (a := getattr(one, name)) is not None and (b := getattr(other, name)) is not None and _plain(a) & _plain(b)
        for name in ("email", "phone", "device", "display_name", "signup")
    )


def _plain(value: object) -> set[str]:
    """The words, letters and last digits by which two values may agree."""
    text = str(value).casefold().replace(".", "").split("@")[0].split("+t")[0]
    letters = "".join(char for char in text if char.isalpha())
    digits = "".join(char for char in text if char.isdigit())
    return {*text.split(), text.split("+")[0], letters, digits[-6:]} - {""}


@pytest.mark.parametrize("seed", [1, 2])
def test_persons_are_found_on_small_worlds(tmp_path: Path, seed: int) -> None:
    world = invented(tmp_path, seed, accounts=1_500)
    counted = figures(world, link(tmp_path))
    assert counted["right"] >= 0.97 * counted["found"]
    assert counted["right"] >= 0.85 * counted["true"]
    assert counted["homes_right"] >= 0.95 * counted["homes_found"]
    assert counted["infrastructure"] == 0


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
        counted.append(figures(world, link(tmp_path / str(seed))))
    sums = {name: sum(one[name] for one in counted) for name in counted[0]}
    drill_figure("same-person pairs found that are right", round(1000 * sums["right"] / sums["found"]), unit="‰")
    drill_figure("same-person pairs found", round(1000 * sums["right"] / sums["true"]), unit="‰")
    assert sums["right"] >= 0.99 * sums["found"]
    assert sums["right"] >= 0.90 * sums["true"]
    assert sums["infrastructure"] == 0
