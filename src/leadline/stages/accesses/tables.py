"""Lines that are fields in the order of a header: tables with quotes (csv), and logs with directives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from leadline.errors import InputRefused
from leadline.reading.detection import DIRECTIVE, fields_of_directive
from leadline.reading.layouts import FieldsLayout, columns_of
from leadline.reading.lines import REFUSED, readable, refused_rows
from leadline.reading.records import CsvShape, csv_shape
from leadline.stages.accesses.pieces import PARTS, Batch, field_places, with_parts
from leadline.stages.accesses.quotes import QuotedRows
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.reading.formats import LogFormat
    from leadline.reading.lines import Block, Blocks, Bools
    from leadline.seal.manifest import TipFile
    from leadline.stages.accesses.pieces import Values

MAX_HEADERS = 64
"""So many different orders of fields are read in one file; lines after one more are not the format."""
_HASH = ord("#")
_NO_HEADER: Values = {"fields": -1, **field_places({}), "day": "", "dated": False}
"""No line has so few fields: all are refused."""
_NO_SHAPE = CsvShape(",", ("",))


def csv_batches(form: LogFormat, file: TipFile, blocks: Blocks) -> Iterator[Batch]:
    """The rows of a CSV file, its header left out; a record over several lines stands at its first line."""
    shape: CsvShape | None = None
    values: Values = {**_table_values(form), **_NO_HEADER}
    for block in blocks:
        rows = np.ones(len(block), dtype=bool)
        before: dict[int, RejectReason] = {}
        if shape is None:
            found = _header(block, rows)
            if found.again:
                blocks.put_back(0)
                continue
            before, shape = found.refused, found.shape
            values = _csv_values(form, file, shape) if shape and not found.lost else values
        yield _csv_batch(block, blocks, rows, before, shape or _NO_SHAPE, values)


def _csv_batch(
    block: Block, blocks: Blocks, rows: Bools, refused: dict[int, RejectReason], shape: CsvShape, values: Values
) -> Batch:
    quoted = QuotedRows(shape, block, rows)
    if quoted.open_row is not None:
        blocks.put_back(quoted.open_row)
    cut = readable(block, rows)
    open_line = block.first + len(block) - 1 if block.open_end else 0
    return Batch(
        with_parts(cut.lines, quoted.table()),
        pa.concat_tables([cut.refused, refused_rows(block, {**refused, **quoted.refused})]),
        {**values, "open_line": open_line},
    )


@dataclass
class _Header:
    """What came of the search for a header: ``again`` asks for more of the file, ``lost`` says it cannot be read."""

    shape: CsvShape | None = None
    refused: dict[int, RejectReason] = field(default_factory=dict)
    again: bool = False
    lost: bool = False


def _header(block: Block, rows: Bools) -> _Header:
    """Find the header among the first rows and take it, and what is blank before it, out of ``rows``."""
    found = _Header()
    for row in range(len(block)):
        raw = block.raw(row)
        if block.broken and row == len(block) - 1:
            return found
        if row in block.long:
            return _Header(_NO_SHAPE, found.refused, lost=True)
        if raw and not raw.isspace():
            return _take_header(block, rows, row, found)
        rows[row] = False
        found.refused[row] = RejectReason.EMPTY_LINE
    return found


def _take_header(block: Block, rows: Bools, row: int, found: _Header) -> _Header:
    last = row
    while block.raw(row, last).count(b'"') % 2 and last + 1 < len(block) and last - row < 100:
        last += 1
    if block.raw(row, last).count(b'"') % 2:
        found.again = not block.final and last + 1 == len(block)
        last = row
    try:
        found.shape = csv_shape(block.raw(row, last))
    except InputRefused:
        found.shape, found.lost = _NO_SHAPE, True
    rows[row : last + 1] = False
    return found


def _table_values(form: LogFormat) -> Values:
    return {
        "delimiter": ",",
        "times": form.times,
        "nothing": "",
        "spare_end": False,
        "is_table": True,
        "open_line": 0,
    }


def _csv_values(form: LogFormat, file: TipFile, shape: CsvShape) -> Values:
    fields = columns_of(shape.columns, file.columns)
    places = {fields[name]: place for place, name in enumerate(shape.columns, start=1) if name in fields}
    return {
        **_table_values(form),
        "delimiter": shape.delimiter,
        "fields": len(shape.columns),
        "day": "",
        "dated": False,
        **field_places(places),
    }


# --- directives ------------------------------------------------------------------------------------------


def directive_batches(form: LogFormat, _file: TipFile, blocks: Blocks) -> Iterator[Batch]:
    """The lines of a log whose directives name the fields; one batch for each order of fields in a block."""
    state = _Directives(form)
    for block in blocks:
        marked = block.first_bytes() == _HASH
        if block.broken:
            marked[-1] = False
        headers = state.follow(block, marked)
        whole = readable(block, ~marked)
        lines = whole.lines["line"].to_numpy() - block.first
        for number in np.unique(headers[~marked]).tolist():
            chosen = pa.array(headers[lines] == number)
            last = block.first + len(block) - 1 if block.open_end else 0
            cut = with_parts(whole.lines.filter(chosen))
            yield Batch(cut, REFUSED.empty_table(), {**state.values[number], "open_line": last})
        yield Batch(PARTS.empty_table(), whole.refused, {**state.values[0], "open_line": 0})


class _Directives:
    """Which header holds for which line; headers are numbered as they are first met, 0 is none."""

    def __init__(self, form: LogFormat) -> None:
        if not isinstance(form.layout, FieldsLayout):
            raise TypeError(f"{form.name} has no fields")
        self._form, self._layout = form, form.layout
        self._numbers: dict[tuple[tuple[str, ...], str], int] = {((), ""): 0}
        self._fields: tuple[str, ...] = ()
        self._day = ""
        self.values: list[Values] = [{**self._common(), **_NO_HEADER}]

    def follow(self, block: Block, marked: Bools) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The number of the header that holds at each row."""
        headers = np.full(len(block), self._number(), dtype=np.int64)
        for row in np.flatnonzero(marked).tolist():
            if row not in block.long and self._read(block.raw(row)):
                headers[row:] = self._number()
        return headers

    def _read(self, raw: bytes) -> bool:
        """Take note of a directive; whether it changes how the lines after it are read."""
        text = raw.decode("utf-8", "replace")
        if text.startswith(DIRECTIVE):
            self._fields = fields_of_directive(text)
            return True
        if text.startswith("#Date:"):
            self._day = text.removeprefix("#Date:").strip()[:10]
            return "date" not in self._fields
        return False

    def _number(self) -> int:
        key = (self._fields, "" if self._layout.columns.get("date") and "date" in self._fields else self._day)
        if not self._fields:
            return 0
        if key not in self._numbers:
            if len(self._numbers) > MAX_HEADERS:
                return 0
            self._numbers[key] = len(self.values)
            self.values.append(self._values(*key))
        return self._numbers[key]

    def _values(self, names: tuple[str, ...], day: str) -> Values:
        columns = self._layout.columns
        places = {columns[name]: place for place, name in enumerate(names, start=1) if name in columns}
        return {**self._common(), "fields": len(names), "day": day, "dated": True, **field_places(places)}

    def _common(self) -> Values:
        return {
            "delimiter": self._layout.delimiter,
            "times": self._form.times,
            "nothing": self._layout.nothing,
            "spare_end": self._layout.spare_end,
            "is_table": False,
        }
