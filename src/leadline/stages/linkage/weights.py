"""Reads the versioned table of weights: how many bits each level of agreement is worth, trained beforehand."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

SAME, HOME = "same-person", "associated"
"""The two kinds of link, each a question of its own with weights of its own."""
BITS = pa.schema(
    [
        ("kind", pa.string()),
        ("field", pa.string()),
        ("level", pa.string()),
        ("place", pa.int64()),
        ("bits", pa.int64()),
        ("sentence", pa.string()),
    ]
)
"""A row a kind, field and level: thousandths of a bit, the place of the field in a waterfall, what the level means."""


@dataclass(frozen=True)
class Weights:
    """The table of weights."""

    levels: pa.Table
    """Columns of :data:`BITS`."""
    starts: dict[str, int]
    """Thousandths of a bit by kind for two accounts taken at random in a world as it was trained on.

    The same for any number of accounts: every key that makes a pair is capped at a handful of holders, so what an
    account agrees on by chance does not grow with the number of accounts.
    """
    thresholds: dict[str, int]
    """Thousandths of a bit by kind from which on a pair is a link."""


@cache
def weights() -> Weights:
    """The shipped table; see `docs/linkage.md` for how it was made."""
    lines = files("leadline.stages.linkage").joinpath("weights.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines, strict=True))
    places = {name: place for place, name in enumerate(dict.fromkeys(row["field"] for row in rows))}
    levels = [
        {
            "kind": row["kind"],
            "field": row["field"],
            "level": row["level"],
            "place": places[row["field"]],
            "bits": int(row["bits"]),
            "sentence": row["sentence"],
        }
        for row in rows
        if row["level"]
    ]
    return Weights(
        levels=pa.Table.from_pylist(levels, schema=BITS),
        starts={row["kind"]: int(row["bits"]) for row in rows if row["field"] == "start"},
        thresholds={row["kind"]: int(row["bits"]) for row in rows if row["field"] == "threshold"},
    )
