"""Writes the whole of a filtered list to a file, from the facts, with its number of rows and its digest."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from leadline.casefile.index.pages import every_account, indexed
from leadline.inquiry.candidates import COLUMNS, SCORE_NOTE, as_json, as_text, rows_of, select_candidates
from leadline.seal.hashing import sha256_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from leadline.casefile.index.filters import Filter
    from leadline.casefile.models.base import Actor
    from leadline.inquiry.runs import RunView

Row = dict[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_SHEET = 1_000_000
"""Rows of one sheet of a workbook."""


def export_candidates(view: RunView, wanted: Filter, layout: str, target: Path, *, actor: Actor) -> dict[str, Any]:
    """Write the list in the order of work; returns `rows, sha256, bytes, file`.

    Text that a spreadsheet would take for a formula has a quote before it in CSV and is a typed text in XLSX.
    """
    listed = every_account(indexed(str(view.run), actor=actor), wanted, actor=actor)
    rows = (row for row in rows_of(select_candidates(view)) if row["account_key"] in listed)
    part = target.with_name(f".{target.name}.part")
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = _WRITERS[layout](part, rows)
    part.chmod(0o600)
    part.replace(target)
    return {"rows": written, "sha256": sha256_file(target), "bytes": target.stat().st_size, "file": target.name}


def _csv(path: Path, rows: Iterable[Row]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        return sum(1 for row in rows if writer.writerow([_plain(as_text(row)[name]) for name in COLUMNS]))


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(path: Path, rows: Iterable[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, row in enumerate(rows, 1):  # noqa: B007  the count is the result
            file.write(json.dumps(as_json(row), ensure_ascii=False) + "\n")
    return count


def _xlsx(path: Path, rows: Iterable[Row]) -> int:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        return sum(_sheet(book.add_worksheet(f"candidates {number}"), piece) for number, piece in _sheets(rows))


def _sheets(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    piece: list[Row] = []
    number = 1
    for row in rows:
        piece.append(row)
        if len(piece) == _SHEET:
            yield number, piece
            piece, number = [], number + 1
    if piece or number == 1:
        yield number, piece


def _sheet(sheet: Any, rows: list[Row]) -> int:
    sheet.write_string(0, 0, SCORE_NOTE)
    for at, name in enumerate(COLUMNS):
        sheet.write_string(1, at, name)
    for line, row in enumerate(rows, 2):
        shown = as_text(row)
        for at, name in enumerate(COLUMNS):
            value = row[name]
            if isinstance(value, int) and name != "confidence":
                sheet.write_number(line, at, value)
            else:
                sheet.write_string(line, at, shown[name][:32_000])
    return len(rows)


_WRITERS: dict[str, Callable[[Path, Iterable[Row]], int]] = {"csv": _csv, "json": _json, "xlsx": _xlsx}
