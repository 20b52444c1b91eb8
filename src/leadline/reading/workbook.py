"""Spreadsheets (xlsx) as lines, one JSON object a row below the header, so that they are read and scanned as text is.

The n-th line is row n + 1 of the only sheet. Nothing is reckoned: a formula is refused. Dates are written without a
zone, for a spreadsheet knows none; both of its calendars are read.
"""

from __future__ import annotations

import json
import re
import warnings
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.parsers.expat import ExpatError

import openpyxl

from leadline.reading.media import HEAD, MediaScan, is_text
from leadline.reading.streams import MAX_RATIO, RATIO_FREE, StreamBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BYTES = 256 << 20
"""Unpacked bytes of all members together."""
MAX_COLUMNS = 1000
_MAX_MEMBERS = 200
_MEMBERS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:app|core|custom)\.xml|xl/(?:workbook|sharedStrings|styles|metadata)"
    r"\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet[0-9]{1,3}\.xml"
    r"|xl/worksheets/_rels/sheet[0-9]{1,3}\.xml\.rels|xl/theme/theme[0-9]{1,2}\.xml|xl/tables/table[0-9]{1,3}\.xml",
    re.ASCII,
)
_DEFINED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ADVICE = "Save the one sheet as CSV, with its header in the first row."
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ExpatError),
    *(LookupError, ValueError, TypeError, AttributeError, OSError, SyntaxError, OverflowError),
)
"""What the libraries raise at damage."""


def workbook_pieces(raw: BinaryIO) -> Iterator[bytes]:
    """The lines of a seekable file; :class:`StreamBroken` where it breaks a rule or cannot be read."""
    try:
        with zipfile.ZipFile(raw) as opened:
            _refuse_odd(opened)
        raw.seek(-22, 2)
        if raw.read(4) != b"PK\x05\x06":
            raise _refused("has a comment or bytes behind its end")
        raw.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = list(_rows(raw))
    except StreamBroken:
        raise
    except _BROKEN as error:
        raise _refused("is damaged") from error
    yield from rows


def _refused(problem: str) -> StreamBroken:
    return StreamBroken(f"the spreadsheet {problem}.", advice=_ADVICE)


# --- what it consists of ---------------------------------------------------------------------------------


def _refuse_odd(opened: zipfile.ZipFile) -> None:
    members = opened.infolist()
    if len(members) > _MAX_MEMBERS or len({one.filename for one in members}) < len(members):
        raise _refused("has too many parts, or one twice")
    if sum(one.file_size for one in members) > MAX_BYTES:
        raise _refused(f"unpacks to more than {MAX_BYTES >> 20} MiB")
    for one in members:
        if one.flag_bits & 1 or not _MEMBERS.fullmatch(one.filename):
            raise _refused(f"holds {one.filename[:80]!r}, which is no table")
        if one.file_size > RATIO_FREE and one.file_size > MAX_RATIO * one.compress_size:
            raise _refused(f"unpacks to more than {MAX_RATIO} times its size")
        _refuse_part(one.filename, opened.read(one))


def _refuse_part(name: str, content: bytes) -> None:
    scan = MediaScan()
    scan.see(content)
    if scan.found or not is_text(content[:HEAD]) or b"\0" in content:
        raise _refused(f"holds in {name!r} what is no text")
    if _DEFINED.search(content):
        raise _refused(f"defines entities in {name!r}")
    if b"<mergeCell " in content:
        raise _refused("has merged cells")


# --- its rows --------------------------------------------------------------------------------------------


def _rows(raw: BinaryIO) -> Iterator[bytes]:
    book = openpyxl.load_workbook(raw, read_only=True, data_only=False, keep_links=False)
    if len(book.sheetnames) != 1:
        raise _refused(f"has {len(book.sheetnames)} sheets")
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    names = _names(next(rows, ()))
    for row in rows:
        if len(row) > MAX_COLUMNS:
            raise _refused(f"has more than {MAX_COLUMNS} columns")
        yield _line(names, row)


def _names(header: Iterable[Any]) -> list[str]:
    names = [cell.value for cell in header]
    while names and names[-1] is None:
        names.pop()
    if not names or not all(isinstance(name, str) and name.strip() for name in names) or len(names) > MAX_COLUMNS:
        raise _refused("has no whole header in its first row")
    if len(set(names)) < len(names):
        raise _refused("names a column twice")
    return names


def _line(names: list[str], row: tuple[Any, ...]) -> bytes:
    values = [_value(cell) for cell in row]
    if all(value is None for value in values):
        return b"\n"
    if any(value is not None for value in values[len(names) :]):
        raise _refused("has values beyond its header")
    # Every name of the header, so that a column that nobody filled is still one.
    found = dict(zip_longest(names, values[: len(names)]))
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _value(cell: Any) -> object:
    if cell.data_type == "f":
        raise _refused(f"has a formula in {cell.coordinate}; ask for values")
    value = cell.value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return int(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)
