"""How many pairs of accounts of one person the links find, how many of those are right, and how that is told."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leadline.facts.tables.linkage import ClusterRow, LinkRow
from leadline.stages.linkage.run import run
from leadline.stages.linkage.weights import HOME, SAME
from leadline.synthetic.chance import generator
from leadline.synthetic.linked import LinkedWorld, invent_linked, write
from leadline.synthetic.stage_runs import rows_of, run_stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadline.synthetic.linked_people import Account

PRECISION, RECALL = 0.99, 0.90
"""What the links are to reach."""
CAREFUL = 0.25
"""Share of second accounts that keep everything apart, in the harder worlds."""
SHARED_FROM = 5
"""Accounts at one address from which on it is nobody's own."""
Pairs = set[tuple[str, str]]


@dataclass(frozen=True)
class Linked:
    """One world: counts of pairs."""

    seed: int
    true: int
    found: int
    right: int
    homes_found: int
    homes_right: int
    infrastructure: int
    """Links of either kind between accounts with nothing in common but shared infrastructure."""

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def measure_links(seed: int, *, accounts: int = 5_000, careful: float = 0.02) -> Linked:
    """Invent one world, link it, and compare with its truth."""
    world = invent_linked(seed, accounts=accounts, careful=careful)
    with tempfile.TemporaryDirectory(prefix="leadline-links-") as folder:
        write(Path(folder), world)
        run_stage(run, Path(folder))
        return compared(world, Path(folder), seed=seed)


def compared(world: LinkedWorld, folder: Path, *, seed: int = 0) -> Linked:
    """What a run of linkage made of a world, against what is true of it."""
    persons = world.people.persons
    true = _pairs((one.key, one.person) for one in world.people.accounts)
    homes = _pairs((one.key, persons[one.person].household) for one in world.people.accounts)
    members = rows_of(folder, ClusterRow)
    found, at_home = (
        _pairs((row["account_key"], row["cluster"]) for row in members if row["kind"] == kind) for kind in (SAME, HOME)
    )
    return Linked(
        seed, len(true), len(found), len(found & true), len(at_home), len(at_home & homes),
        _on_infrastructure_alone(world, ((row["account_a"], row["account_b"]) for row in rows_of(folder, LinkRow))),
    )  # fmt: skip


def _pairs(labelled: Iterable[tuple[str, object]]) -> Pairs:
    groups: dict[object, list[str]] = defaultdict(list)
    for key, label in labelled:
        groups[label].append(key)
    return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}


def _on_infrastructure_alone(world: LinkedWorld, links: Iterable[tuple[str, str]]) -> int:
    stated = {one.key: one for one in world.people.accounts}
    crowd: dict[int, set[int]] = defaultdict(set)
    for visit in world.visits:
        crowd[visit.address].add(visit.account)
    own: dict[str, set[int]] = defaultdict(set)
    for visit in world.visits:
        if visit.kind == "access" and len(crowd[visit.address]) < SHARED_FROM:
            own[world.people.accounts[visit.account].key].add(visit.address)
    return sum(not (_in_common(stated[a], stated[b]) or own[a] & own[b]) for a, b in links)


def _in_common(one: Account, other: Account) -> bool:
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


def links_section(usual: Sequence[Linked], careful: Sequence[Linked], large: Linked | None, *, accounts: int) -> str:
    """The section of the page: means with intervals, the worst seed, operation size, and where it falls short."""
    seeds = f"{usual[0].seed} to {usual[-1].seed}"
    rows = [
        (f"{len(usual)} worlds of {accounts:,} accounts (seeds {seeds}), mean", *_sums(usual), *_means(usual)),
        ("worst of those seeds, each figure for itself", "", "", *_worst(usual)),
    ]
    if large:
        share = (_wilson(large.right, large.found), _wilson(large.right, large.true))
        rows.append((f"one world of operation size (seed {large.seed})", *_sums([large]), *share))
    if careful:
        what = f"{len(careful)} worlds in which a quarter of the second accounts keep everything apart, mean"
        rows.append((what, *_sums(careful), *_means(careful)))
    head = ("worlds", "pairs of one person", "found", "precision", "recall")
    lines = [head, ("---",) * len(head), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    everything = [*usual, *careful, *([large] if large else [])]
    return (
        "## Links: accounts of one person\n\nInvented persons with one account or several, couples, homes and places"
        " where strangers meet. The table of weights was trained, and the rules were chosen, on other seeds. Over"
        f" seeds: the mean and its 95 % interval, as above; of one world: Wilson's 95 % interval.\n\n{table}"
        f"\n\n{_verdict(usual, careful, large)}\n\n{_homes(everything)}"
    )


def _sums(measured: Sequence[Linked]) -> tuple[str, str]:
    return f"{sum(one.true for one in measured):,}", f"{sum(one.found for one in measured):,}"


def _means(measured: Sequence[Linked]) -> tuple[str, str]:
    return _interval([one.precision for one in measured]), _interval([one.recall for one in measured])


def _worst(measured: Sequence[Linked]) -> tuple[str, str]:
    return f"{min(one.precision for one in measured):.4f}", f"{min(one.recall for one in measured):.4f}"


def _interval(values: list[float]) -> str:
    """Percentile bootstrap of the mean over the seeds."""
    array = np.array(values)
    rows = generator(0, "links").integers(0, len(array), (10_000, len(array)))
    low, high = np.percentile(array[rows].mean(axis=1), (2.5, 97.5))
    return f"{array.mean():.4f} ({low:.4f} to {high:.4f})"


def _wilson(part: int, whole: int) -> str:
    z = 1.959964
    share, size = part / max(whole, 1), max(whole, 1)
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    reach = z * sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    return f"{share:.4f} ({middle - reach:.4f} to {middle + reach:.4f})"


def _verdict(usual: Sequence[Linked], careful: Sequence[Linked], large: Linked | None) -> str:
    below = {
        "precision": [one.seed for one in usual if one.precision < PRECISION],
        "recall": [one.seed for one in usual if one.recall < RECALL],
    }
    under, over = len(below["precision"]), len(below["recall"])
    said = [f"Precision below {PRECISION} on {under} of {len(usual)} seeds, recall below {RECALL:.2f} on {over}."]
    if large and (large.precision < PRECISION or large.recall < RECALL):
        said.append("**At operation size a target is missed.**")
    if careful:
        recall = sum(one.recall for one in careful) / len(careful)
        said.append(
            f"**Where holders keep their accounts apart, links miss them: recall {recall:.2f} where a quarter do.** An"
            " account without links is not an account of somebody else."
        )
    return " ".join(said)


def _homes(measured: Sequence[Linked]) -> str:
    found, right = sum(one.homes_found for one in measured), sum(one.homes_right for one in measured)
    alone = sum(one.infrastructure for one in measured)
    worlds = len(measured)
    return (
        f"Pairs of one home found in these worlds: {found:,}, of which {right:,} share a home."
        f" Links of either kind that rest on shared infrastructure alone, over all {worlds} worlds: {alone:,}."
    )


def dictionary(one: Linked) -> dict[str, Any]:
    """The counts by name, for a figure of a drill."""
    return {
        name: getattr(one, name) for name in ("true", "found", "right", "homes_found", "homes_right", "infrastructure")
    }
