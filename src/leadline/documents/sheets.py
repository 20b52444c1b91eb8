"""Tables for people with a spreadsheet: CSV and XLSX of text and numbers, never a formula; same rows, same bytes."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | int

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, in both widths; or hides that it does."""
_MOST_CHARACTERS = 32_000
"""A cell of a workbook holds 32,767."""
_PIECE = 1000
_MADE = datetime(1980, 1, 1)  # noqa: DTZ001  a workbook's date has no zone; it is fixed so that the bytes are


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet reckons with: an apostrophe goes before what would begin a formula."""
    return f"'{text}" if text.startswith(_ACTS) else text


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A CSV of safe cells, UTF-8, lines ended by CR LF, piece by piece."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe(cell) for cell in row])
        if number % _PIECE == 0:
            yield stream.getvalue().encode()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue().encode()


def xlsx_bytes(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]], *, notes: Sequence[str]) -> bytes:
    """A workbook of (name, headings, rows) with a first sheet of ``notes``; cells are text or numbers."""
    import xlsxwriter  # here, because the command line starts without it

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _MADE})
    bold = book.add_format({"bold": True})
    about = book.add_worksheet("Read first")
    about.set_column(0, 0, 110)
    for number, note in enumerate(notes):
        about.write_string(number, 0, note)
    for name, headings, rows in sheets:
        _put_sheet(book.add_worksheet(name), headings, rows, bold)
    book.close()
    return stream.getvalue()


def _put_sheet(sheet: Any, headings: Sequence[str], rows: Iterable[Sequence[Cell]], bold: object) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(headings) - 1, 0), 18)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    last = 0
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell:
                sheet.write_string(number, column, _fitting(cell))
        last = number
    sheet.autofilter(0, 0, max(last, 1), max(len(headings) - 1, 0))


def _fitting(cell: str) -> str:
    """Cut what a workbook cannot hold, and say so; the whole stands in the machine's file."""
    if len(cell) <= _MOST_CHARACTERS:
        return safe(cell)
    return f"{safe(cell[:_MOST_CHARACTERS])} … cut; whole in the JSON lines"
