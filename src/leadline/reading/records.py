"""Records of CSV and JSON-lines files with the physical line at which each begins; nothing is lost in silence.

A line ends at ``\\n`` or ``\\r\\n``; a lone ``\\r`` stays inside. A CSV record whose quotes hold line ends counts
once, at its first line. A quote that never closes is bounded: its line alone is refused, and reading goes on
at the next line.
"""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from leadline.errors import InputRefused
from leadline.reading.physical import BOM as BOM
from leadline.reading.physical import MAX_LINE as MAX_LINE
from leadline.reading.physical import Line, Lines
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from _csv import Dialect
    from collections.abc import Iterator

RecordFormat = Literal["csv", "jsonl"]

MAX_RECORD_LINES = 1000
DELIMITERS = (",", ";", "\t", "|")

_QUOTED = r'"((?:[^"]|"")*)"'


class Record(NamedTuple):
    """A readable record: its first physical ``line`` (from 1), its ``fields`` by their own names, its bytes."""

    line: int
    fields: dict[str, str]
    raw: bytes


class Refusal(NamedTuple):
    """A line that is no record, and why; ``text_sha256`` is over the whole line without its end.

    ``raw`` holds its bytes, of a line that is too long only the first :data:`MAX_LINE`.
    """

    line: int
    reason: RejectReason
    raw: bytes
    text_sha256: str


class Rows(NamedTuple):
    """Readable CSV records, one a line, on lines that follow one another from ``line`` on: values and bytes of each."""

    line: int
    values: list[list[str]]
    raw: list[bytes]


class CsvShape(NamedTuple):
    """How a CSV file is written: its delimiter and its column names, in order, as the header has them."""

    delimiter: str
    columns: tuple[str, ...]


def read_records(stream: BinaryIO, form: RecordFormat | str) -> Iterator[Record | Refusal]:
    """All records of a plain stream in file order; the CSV header is no record.

    Raises :class:`InputRefused` where a CSV file has no readable header (see :func:`csv_shape`). Damage
    reported by the stream ends the reading with one refusal `stream-broken`.
    """
    lines = Lines(stream)
    if form == "jsonl":
        return (_json_record(line) for line in lines)
    return _csv_records(lines)


def csv_rows(stream: BinaryIO) -> Iterator[CsvShape | Rows | Record | Refusal]:
    """What :func:`read_records` gives of a CSV file, its shape first, plain records many at a time."""
    return _csv_rows(Lines(stream))


def csv_shape(header: bytes, *, where: str = "") -> CsvShape:
    """Delimiter and columns from the first record of a CSV file (bytes, with or without line end and BOM).

    The delimiter is the one of `,` `;` tab `|` that makes the most columns. :class:`InputRefused` where the
    header is not UTF-8, has a quote that does not close, or names a column twice.
    """
    text = _header_text(header, where)
    delimiter = max(DELIMITERS, key=lambda one: (len(split_record(text, one) or ()), -DELIMITERS.index(one)))
    columns = split_record(text, delimiter)
    if columns is None:
        raise _bad_header("has a quote that does not close or stands inside a field", where)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise _bad_header(f"names the column {twice[0]!r} twice", where)
    return CsvShape(delimiter, tuple(columns))


def _header_text(header: bytes, where: str) -> str:
    try:
        return header.removeprefix(BOM).rstrip(b"\r\n").decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_header("is not UTF-8", where) from error


def _bad_header(what: str, where: str) -> InputRefused:
    place = f"{where}, line 1" if where else "line 1"
    return InputRefused(
        f"the CSV header {what}.", where=place, advice="Ask the provider for the file again, or leave it out."
    )


# --- lines -----------------------------------------------------------------------------------------------


def _refuse(line: Line, reason: RejectReason) -> Refusal:
    return Refusal(line.number, reason, line.raw, line.digest or sha256(line.raw).hexdigest())


def _unreadable(line: Line) -> RejectReason | None:
    """Why a line cannot be read before anyone asks for its format; None where it can."""
    if line.broken:
        return RejectReason.STREAM_BROKEN
    if line.digest:
        return RejectReason.TOO_LONG
    if not line.raw or line.raw.isspace():
        return RejectReason.EMPTY_LINE
    return None


# --- CSV -------------------------------------------------------------------------------------------------


def _csv_records(lines: Lines) -> Iterator[Record | Refusal]:
    shape = CsvShape(",", ())
    for found in _csv_rows(lines):
        if isinstance(found, CsvShape):
            shape = found
        elif isinstance(found, Rows):
            for number, (values, raw) in enumerate(zip(found.values, found.raw, strict=True), start=found.line):
                yield Record(number, dict(zip(shape.columns, values, strict=True)), raw)
        else:
            yield found


def _csv_rows(lines: Lines) -> Iterator[CsvShape | Rows | Record | Refusal]:
    header = next(lines, None)
    if header is None:
        return
    if reason := _unreadable(header):
        yield _refuse(header, reason)
        return
    shape = csv_shape(_joined(_assembled(header, lines) or [header]))
    yield shape
    while True:
        if rows := _plain_rows(*lines.ahead(), shape):
            lines.skip(len(rows.values))
            yield rows
        line = next(lines, None)
        if line is None:
            return
        reason = _unreadable(line)
        if reason:
            yield _refuse(line, reason)
        elif b'"' not in line.raw:
            yield _record(line, line.raw, shape)
        else:
            yield _quoted_record(line, lines, shape)


def _plain_rows(first: int, pieces: list[bytes], shape: CsvShape) -> Rows | None:
    """The records that whole lines begin with, up to the first line that is none or has a quote."""
    width, delimiter = len(shape.columns), shape.delimiter
    if not pieces or width == 1 or delimiter == "\t":  # there a line of blanks may look like a record
        return None
    try:
        texts = b"\n".join(pieces).decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    values = []
    for text in texts:
        found = text.split(delimiter)
        if len(found) != width or '"' in text:
            break
        values.append(found)
    return Rows(first, values, pieces[: len(values)]) if values else None


def _record(line: Line, raw: bytes, shape: CsvShape) -> Record | Refusal:
    try:
        values = split_record(raw.decode("utf-8"), shape.delimiter)
    except UnicodeDecodeError:
        return _refuse(line, RejectReason.BAD_ENCODING)
    if values is None or len(values) != len(shape.columns):
        return _refuse(line, _misfit(line, values, shape))
    return Record(line.number, dict(zip(shape.columns, values, strict=True)), raw)


def _misfit(line: Line, values: list[str] | None, shape: CsvShape) -> RejectReason:
    """A last line without its end that has too little was cut off; else it is not the format."""
    short = values is None or len(values) < len(shape.columns)
    return RejectReason.TRUNCATED if short and not line.ended else RejectReason.NOT_THE_FORMAT


def _quoted_record(line: Line, lines: Lines, shape: CsvShape) -> Record | Refusal:
    if line.raw.count(b'"') % 2 == 0:
        return _record(line, line.raw, shape)
    together = _assembled(line, lines)
    if together is None:
        return _refuse(line, RejectReason.TRUNCATED)
    found = _record(line, _joined(together), shape)
    if isinstance(found, Record) or is_one_record([one.raw for one in together], shape):
        return found
    lines.put_back(together[1:])
    return _refuse(line, RejectReason.TRUNCATED)


def is_one_record(pieces: list[bytes], shape: CsvShape) -> bool:
    """Whether lines that a quote holds together are one record, though perhaps none that can be read.

    They are where strict CSV makes fields of them, and either as many as the header has or none of the lines after
    the first would be a record by itself: a quote that somebody forgot to close swallows no line that can be read.
    """
    values = split_record(b"\n".join(pieces).decode("utf-8", "surrogateescape"), shape.delimiter)
    if values is None or len(values) == len(shape.columns):
        return values is not None
    alone = (split_record(piece.decode("utf-8", "surrogateescape"), shape.delimiter) for piece in pieces[1:])
    return all(one is None or len(one) != len(shape.columns) for one in alone)


def _assembled(line: Line, lines: Lines) -> list[Line] | None:
    """The lines of one record, from the one that opens a quote to the one that closes it.

    A quote counts as closed where the number of quotes becomes even, which is what strict CSV means. None,
    with all lines put back, where that does not happen within the limits.
    """
    together, size = [line], len(line.raw)
    closed = line.raw.count(b'"') % 2 == 0
    while not closed and len(together) < MAX_RECORD_LINES and size <= MAX_LINE:
        following = next(lines, None)
        if following is None:
            break
        together.append(following)
        if following.broken or following.digest:
            break
        size += len(following.raw) + 1
        closed = following.raw.count(b'"') % 2 == 1
    if closed and size <= MAX_LINE:
        return together
    lines.put_back(together[1:])
    return None


def _joined(together: list[Line]) -> bytes:
    return b"\n".join(line.raw for line in together)


def split_record(text: str, delimiter: str) -> list[str] | None:
    """The fields of one record; None where a quote stands where strict CSV has none."""
    if '"' not in text:
        return text.split(delimiter)
    # The library's reader takes a quote inside an unquoted field as it stands, and stumbles at a lone CR.
    if "\r" in text:
        return _split_slowly(text, delimiter)
    try:
        values = next(csv.reader((text,), _dialect(delimiter)))
    except (csv.Error, StopIteration):
        return _split_slowly(text, delimiter)
    return _split_slowly(text, delimiter) if '"' in "".join(values) else values


@cache
def _dialect(delimiter: str) -> Dialect:
    """Strict CSV; made once, for the library takes longer to make one than to read a record."""
    return csv.reader((), delimiter=delimiter, strict=True).dialect


def _split_slowly(text: str, delimiter: str) -> list[str] | None:
    field = re.compile(rf'(?:{_QUOTED}|([^"{re.escape(delimiter)}]*))({re.escape(delimiter)}|\Z)')
    values, place = [], 0
    while True:
        found = field.match(text, place)
        if found is None:
            return None
        values.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        place = found.end()
        if not found[3]:
            return values


# --- JSON lines ------------------------------------------------------------------------------------------


class _NoRecordError(ValueError):
    """Valid JSON for some, but no record: a key twice, a number that is none, no object."""


def _json_record(line: Line) -> Record | Refusal:
    if reason := _unreadable(line):
        return _refuse(line, reason)
    try:
        text = line.raw.decode("utf-8")
    except UnicodeDecodeError:
        return _refuse(line, RejectReason.BAD_ENCODING)
    try:
        return Record(line.number, _fields(text), line.raw)
    except (ValueError, RecursionError):
        cut = not line.ended and not text.rstrip().endswith("}")
        return _refuse(line, RejectReason.TRUNCATED if cut else RejectReason.NOT_THE_FORMAT)


def _fields(text: str) -> dict[str, str]:
    text = text.strip(_JSON_SPACE)
    stated, end = _decode(text)
    if type(stated) is not dict or end != len(text):
        raise _NoRecordError("no object, or more than one")
    if not _TEXT.issuperset(map(type, stated.values())):
        stated = {key: value if type(value) is str else _as_text(value) for key, value in stated.items()}
    if "\\u" in text:
        json.dumps(stated, ensure_ascii=False).encode()  # half a surrogate pair is no text
    return stated


def _as_text(value: object) -> str:
    """Numbers as they are written, `true` and `false`, nothing for null, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _no_constant(name: str) -> object:
    raise _NoRecordError(name)


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    stated = dict(pairs)
    if len(stated) != len(pairs):
        raise _NoRecordError("a key twice")
    return stated


_JSON_SPACE = " \t\r\n"
_TEXT = frozenset({str})
_decode = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_without_twins
).raw_decode
