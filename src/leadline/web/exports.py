"""Whole lists as files: every row of a filter, its number of rows and the digest of its bytes told with it."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from leadline.inquiry.candidates import COLUMNS, as_json, as_text, rows_of, select_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leadline.inquiry.runs import RunView

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""`csv` and `json` (one object a line) are exact, for machines; `xlsx` holds text and numbers, never a formula."""
_NUMBERS = frozenset(
    {"rank", "score", "start", "days_active", "objects_opened", "objects_downloaded", "objects_added",
     "new_objects_added", "attempts", "bytes"}
)  # fmt: skip


@dataclass(frozen=True)
class Export:
    """A file that was written: an open handle at its beginning, how many rows, and the SHA-256 of its bytes."""

    stream: IO[bytes]
    rows: int
    sha256: str


def write_export(view: RunView, accounts: Sequence[str], kind: str, folder: Path) -> Export:
    """The candidates with these accounts, by rank, in a file of ``folder`` that nobody else can name."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(accounts)
    rows = (row for row in rows_of(select_candidates(view)) if row["account_key"] in wanted)
    stream = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  the answer sends it, then closes it
    count = _WRITERS[kind](rows, stream)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return Export(stream, count, digest)


def _csv(rows: Iterator[dict[str, Any]], stream: IO[bytes]) -> int:
    import io

    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        shown = as_text(row)
        writer.writerow([shown[name] for name in COLUMNS])
        count += 1
    text.detach()
    return count


def _json(rows: Iterator[dict[str, Any]], stream: IO[bytes]) -> int:
    count = 0
    for row in rows:
        stream.write(json.dumps(as_json(row), ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _xlsx(rows: Iterator[dict[str, Any]], stream: IO[bytes]) -> int:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = xlsxwriter.Workbook(file.name, {**options, "constant_memory": True})
        sheet = book.add_worksheet("candidates")
        sheet.write_row(0, 0, COLUMNS)
        count = 0
        for count, row in enumerate(rows, 1):
            shown = as_text(row)
            for place, name in enumerate(COLUMNS):
                if name in _NUMBERS:
                    sheet.write_number(count, place, row[name])
                else:
                    sheet.write_string(count, place, shown[name][:32_767])
        book.close()
        stream.write(Path(file.name).read_bytes())
    return count


_WRITERS = {"csv": _csv, "json": _json, "xlsx": _xlsx}
