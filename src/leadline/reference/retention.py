"""How long record holders must keep who had which address: a dated, sourced table."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from leadline.vocabulary.digests import sha256_of

FILE = "retention.csv"
RELIED_ON = frozenset({"source", "secondary"})
"""What `verified` must say before a date is worked out from a row; all else counts as unknown."""
_FIRST = date(1, 1, 1)
_LAST = date(9999, 12, 31)


@dataclass(frozen=True)
class Retention:
    """What is known of one country for accesses from ``valid_from`` until before ``valid_to``."""

    country: str
    valid_from: date
    valid_to: date
    days_min: int | None
    """Days for which records are there at least; None: unknown, which means urgent."""
    days_max: int | None
    basis: str
    source: str
    checked_on: date
    verified: str
    """source: the source itself was read; secondary; no."""

    @property
    def safe_days(self) -> int | None:
        """The days to count on: none where the row is not verified."""
        return self.days_min if self.verified in RELIED_ON else None


@cache
def retention_table() -> tuple[Retention, ...]:
    """All rows, in file order."""
    lines = files("leadline.reference").joinpath(FILE).read_text(encoding="utf-8").splitlines()
    return tuple(_row(row) for row in csv.DictReader(lines, strict=True))


def retention_digest() -> str:
    """SHA-256 of the table as it is shipped."""
    return sha256_of(files("leadline.reference").joinpath(FILE).read_bytes())


def _row(row: dict[str, str]) -> Retention:
    return Retention(
        country=row["country"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else _FIRST,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else _LAST,
        days_min=int(row["days_min"]) if row["days_min"] else None,
        days_max=int(row["days_max"]) if row["days_max"] else None,
        basis=row["basis"],
        source=row["source"],
        checked_on=date.fromisoformat(row["checked_on"]),
        verified=row["verified"],
    )
