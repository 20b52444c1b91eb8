"""Rulings of persons on pairs of accounts (same, not, unsure): read from a file, and put before the rules."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.errors import InputRefused

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.facts.engine import Engine

RULING = pa.schema([("account_a", pa.string()), ("account_b", pa.string()), ("ruling", pa.string())])
"""One row a pair, the smaller key first; `ruling` is one of :data:`RULINGS`."""
RULINGS = ("same", "not", "unsure")
_COLUMNS = {"account_a", "account_b", "ruling"}


def read_rulings(path: Path) -> pa.Table:
    """The rulings of a CSV file with the header `account_a,account_b,ruling` (more columns are left out).

    :class:`InputRefused` names the line of a ruling that is unknown, of a pair without two accounts, or of a
    second ruling on a pair that differs from the first.
    """
    rows: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if not set(reader.fieldnames or ()) >= _COLUMNS:
            raise InputRefused("the header is not account_a,account_b,ruling.", where=f"{path}:1")
        for row in reader:
            pair, ruling = _ruling(row, where=f"{path}:{reader.line_num}")
            if rows.setdefault(pair, ruling) != ruling:
                raise InputRefused(
                    f"a second ruling on this pair says {ruling!r}.",
                    where=f"{path}:{reader.line_num}",
                    advice="Keep the ruling that holds.",
                )
    return _table(rows)


def _ruling(row: dict[str, str], *, where: str) -> tuple[tuple[str, str], str]:
    a, b = sorted((row["account_a"] or "", row["account_b"] or ""))
    ruling = (row["ruling"] or "").strip()
    if ruling not in RULINGS:
        raise InputRefused(f"there is no ruling {ruling!r}.", where=where, advice=f"Known: {', '.join(RULINGS)}.")
    if not a or a == b:
        raise InputRefused("a ruling needs two different accounts.", where=where, advice="Mend or remove the line.")
    return (a, b), ruling


def _table(rows: dict[tuple[str, str], str]) -> pa.Table:
    listed = [{"account_a": a, "account_b": b, "ruling": rows[a, b]} for a, b in sorted(rows)]
    return pa.Table.from_pylist(listed, schema=RULING)


def apply_rulings(engine: Engine, rulings: pa.Table | None) -> None:
    """Put rulings before the rules as the table `ruling`; without any it is empty.

    `same` makes a pair a link of one person, `not` and `unsure` keep it from being one; `not` also parts any two
    clusters that would bring the pair together.
    """
    engine.table("ruling", RULING.empty_table() if rulings is None else rulings.select(RULING.names).cast(RULING))
