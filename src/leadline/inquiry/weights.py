"""The table of points as people read it: every step with its version, its date and its reason."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO

from leadline.stages.priority.contract import FACTORS


@dataclass(frozen=True)
class WeightTable:
    """`rows` with the columns of `weights.csv`, the digest of the file's bytes, the newest version and date in it."""

    rows: tuple[dict[str, str], ...]
    sha256: str
    version: int
    since: str


def weight_table() -> WeightTable:
    """The built-in table of points."""
    content = files("leadline.stages.priority").joinpath("weights.csv").read_bytes()
    rows = tuple(dict(row) for row in csv.DictReader(StringIO(content.decode("utf-8"))))
    return WeightTable(
        rows,
        hashlib.sha256(content).hexdigest(),
        version=max(int(row["version"]) for row in rows),
        since=max(row["since"] for row in rows),
    )


def factor_titles() -> dict[str, str]:
    """Titles of the registered factors, by name."""
    return {name: FACTORS.get(name).title for name in FACTORS.names()}
