"""Worlds of accounts for the tests of links: invented by seed or made by hand, run, and compared with the truth."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from leadline.facts.tables.linkage import ClusterRow, LinkRow
from leadline.stages.linkage.run import run
from leadline.synthetic.linked import LinkedWorld, invent_linked, write
from leadline.synthetic.stage_runs import rows_of, run_stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadline.facts.tables import Fact
    from leadline.vocabulary.rulings import Ruling

Pairs = set[tuple[str, str]]


@dataclass
class Linked:
    """What a run made of a world, and what is true of it."""

    folder: Path

    def rows(self, fact: type[Fact]) -> list[dict[str, Any]]:
        """All rows of a table of the run."""
        return rows_of(self.folder, fact)

    def links(self, kind: str) -> dict[tuple[str, str], dict[str, Any]]:
        """The links of one kind by pair."""
        return {(row["account_a"], row["account_b"]): row for row in self.rows(LinkRow) if row["kind"] == kind}

    def clusters(self, kind: str) -> dict[str, list[str]]:
        """The members of each cluster of one kind."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.rows(ClusterRow):
            if row["kind"] == kind:
                found[row["cluster"]].append(row["account_key"])
        return {cluster: sorted(members) for cluster, members in found.items()}

    def found_pairs(self, kind: str = "same-person") -> Pairs:
        """Every pair of accounts that one cluster holds."""
        return pairs(self.clusters(kind).values())

    def true_pairs(self, label: str = "person") -> Pairs:
        """Every pair that the truth gives to one person (or household)."""
        groups: dict[str, list[str]] = defaultdict(list)
        with (self.folder / "persons.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                groups[row[label]].append(row["account"])
        return pairs(groups.values())


def pairs(groups: Any) -> Pairs:
    """Every pair within each group, the smaller key first."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def link(folder: Path, *, threads: int = 2, rulings: Sequence[Ruling] = ()) -> Linked:
    """Run the stage on the facts of a folder; its tables lie beside them."""
    run_stage(run, folder, threads=threads, rulings=rulings)
    return Linked(folder)


def invented(folder: Path, seed: int, *, accounts: int = 5_000, **more: Any) -> LinkedWorld:
    """Invent a world and write its facts."""
    world = invent_linked(seed, accounts=accounts, **more)
    write(folder, world)
    return world
