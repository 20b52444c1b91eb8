"""Writes the whole of a filtered list to a file, from the facts, with its number of rows and its digest."""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from leadline.casefile.evidence import workspace
from leadline.casefile.index.pages import every_account, indexed
from leadline.documents.sheets import csv_bytes, xlsx_bytes
from leadline.inquiry.candidates import COLUMNS, SCORE_NOTE, as_json, as_text, rows_of, select_candidates
from leadline.seal.hashing import sha256_file
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from leadline.casefile.index.filters import Filter
    from leadline.casefile.models import Job
    from leadline.casefile.models.base import Actor
    from leadline.documents.sheets import Cell
    from leadline.inquiry.runs import RunView

Row = dict[str, Any]
EXPORTS = "cache/exports"
"""Where exports lie, named by their job."""
KEPT_DAYS = 7
_SHEET = 1_000_000
"""Rows of one sheet of a workbook, which holds 1,048,576."""


def exported_file(job: Job) -> Path:
    """Where the file of an export job lies: in the cache, so that it may vanish and is asked for again."""
    return workspace() / EXPORTS / f"{job.pk}.{job.arguments['format']}"


def clear_old() -> None:
    """Remove exports of more than :data:`KEPT_DAYS` days ago."""
    folder = workspace() / EXPORTS
    for file in folder.glob("*") if folder.is_dir() else ():
        if now().timestamp() - file.stat().st_mtime > KEPT_DAYS * 86_400:
            file.unlink(missing_ok=True)


def export_candidates(view: RunView, wanted: Filter, layout: str, target: Path, *, actor: Actor) -> dict[str, Any]:
    """Write the list in the order of work into ``target``; returns `rows, sha256, bytes, file`."""
    listed = every_account(indexed(str(view.run), actor=actor), wanted, actor=actor)
    part = target.with_name(f".{target.name}.part")
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with part.open("wb") as stream:
        written = write_candidates(view, listed, layout, stream)
    part.chmod(0o600)
    part.replace(target)
    return {"rows": written, "sha256": sha256_file(target), "bytes": target.stat().st_size, "file": target.name}


def write_candidates(view: RunView, accounts: Collection[str], layout: str, stream: IO[bytes]) -> int:
    """Write the candidates with these accounts, by rank, as `csv`, `json` (one object a line) or `xlsx`; how many.

    JSON is exact, for machines. CSV and XLSX are for people: no cell of theirs is taken for a formula.
    """
    wanted = frozenset(accounts)
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows_of(select_candidates(view)):
            if row["account_key"] in wanted:
                count += 1
                yield row

    for piece in LAYOUTS[layout](counted()):
        stream.write(piece)
    return count


def _csv(rows: Iterable[Row]) -> Iterator[bytes]:
    return csv_bytes(COLUMNS, ([shown[name] for name in COLUMNS] for shown in map(as_text, rows)))


def _json(rows: Iterable[Row]) -> Iterator[bytes]:
    return (json.dumps(as_json(row), ensure_ascii=False).encode() + b"\n" for row in rows)


def _xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    yield xlsx_bytes(_sheets(map(_cells, rows)), notes=[SCORE_NOTE])


def _cells(row: Row) -> list[Cell]:
    """Whole numbers as numbers; the confidence, in thousandths, as the decimals that people read."""
    shown = as_text(row)
    return [row[name] if type(row[name]) is int and name != "confidence" else shown[name] for name in COLUMNS]


def _sheets(rows: Iterable[list[Cell]]) -> Iterator[tuple[str, tuple[str, ...], Iterable[list[Cell]]]]:
    """One sheet, and more where one cannot hold all rows; each is read to its end before the next one."""
    left = iter(rows)
    first = list(islice(left, 1))
    number = 1
    while first or number == 1:
        yield f"candidates {number}", tuple(COLUMNS), chain(first, islice(left, _SHEET - len(first)))
        first = list(islice(left, 1))
        number += 1


LAYOUTS: dict[str, Callable[[Iterable[Row]], Iterator[bytes]]] = {"csv": _csv, "json": _json, "xlsx": _xlsx}
