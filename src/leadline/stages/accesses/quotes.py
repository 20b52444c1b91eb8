"""Rows of a CSV file that have quotes: read one by one, and put together where a record goes over several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from leadline.reading.lines import MAX_LINE
from leadline.reading.records import MAX_RECORD_LINES, is_one_record, split_record
from leadline.stages.accesses.pieces import PARTS, parts_of
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from leadline.reading.lines import Block, Bools, Ints
    from leadline.reading.records import CsvShape

_QUOTE = ord('"')


class QuotedRows:
    """The rows of a block that have quotes, or lie in a record that has; they are taken out of ``rows``.

    A record whose quote does not close within the limits, or that is none when it does (see `is_one_record`), is
    refused at its first line as `truncated`, and reading goes on at the next. ``open_row`` is the first row of a
    record that the block ends in.
    """

    def __init__(self, shape: CsvShape, block: Block, rows: Bools) -> None:
        self._shape, self._block, self._rows = shape, block, rows
        self._records: list[tuple[int, str, list[str]]] = []
        self.refused: dict[int, RejectReason] = {}
        self.open_row: int | None = None
        if b'"' in block.data:
            self._read(self._counts())

    def table(self) -> pa.Table:
        """The records, schema `PARTS`."""
        width = len(self._shape.columns)
        numbers, texts, parts = zip(*self._records, strict=True) if self._records else ((), (), ())
        return pa.table({"line": list(numbers), "text": list(texts), "parts": parts_of(parts, width)}, schema=PARTS)

    def _counts(self) -> Ints:
        """How many quotes each row has; none in rows that are taken already or cannot be read."""
        places = np.flatnonzero(np.frombuffer(self._block.data, dtype=np.uint8) == _QUOTE)
        owners = np.searchsorted(self._block.starts, places, side="right") - 1
        counts = np.bincount(owners, minlength=len(self._block))
        counts[~self._rows] = 0
        counts[self._block.ends - self._block.starts > MAX_LINE] = 0
        if self._block.broken:
            counts[-1] = 0
        return counts

    def _read(self, counts: Ints) -> None:
        odd = np.flatnonzero(counts % 2).tolist()
        place = 0
        while place < len(odd):
            first = odd[place]
            last = odd[place + 1] if place + 1 < len(odd) else None
            if last is None and self._may_close_later(first):
                self.open_row = first
                self._rows[first:] = False
                break
            taken = last is not None and self._within_limits(first, last) and self._take(first, last)
            if not taken:
                self._refuse(first, RejectReason.TRUNCATED)
            place += 2 if taken else 1
        self._read_single(np.flatnonzero((counts > 0) & (counts % 2 == 0) & self._rows))

    def _may_close_later(self, first: int) -> bool:
        return not self._block.final and self._within_limits(first, len(self._block) - 1)

    def _within_limits(self, first: int, last: int) -> bool:
        size = self._block.ends[last] - self._block.starts[first]
        held = not any(first <= row <= last for row in self._block.long)
        whole = not (self._block.broken and last == len(self._block) - 1)
        return bool(last - first < MAX_RECORD_LINES and size <= MAX_LINE and held and whole)

    def _take(self, first: int, last: int) -> bool:
        """Read a record over several lines; whether it is one, though perhaps none that can be read."""
        if not is_one_record([self._block.raw(row) for row in range(first, last + 1)], self._shape):
            return False
        values = self._values(self._block.raw(first, last))
        if values is None or len(values) != len(self._shape.columns):
            self._refuse(first, RejectReason.NOT_THE_FORMAT)
        else:
            self._keep(first, last, values)
        self._rows[first : last + 1] = False
        return True

    def _read_single(self, rows: Ints) -> None:
        """Read rows that are a record each, or none."""
        data, delimiter, width = self._block.data, self._shape.delimiter, len(self._shape.columns)
        numbers = (rows + self._block.first).tolist()
        bounds = zip(
            rows.tolist(), numbers, self._block.starts[rows].tolist(), self._block.ends[rows].tolist(), strict=True
        )
        for row, number, start, end in bounds:
            try:
                text = data[start:end].decode("utf-8")
            except UnicodeDecodeError:
                self.refused[row] = RejectReason.BAD_ENCODING
                continue
            values = split_record(text, delimiter)
            if values is not None and len(values) == width:
                self._records.append((number, text, values))
            else:
                self.refused[row] = self._misfit(row, values)
        self._rows[rows] = False

    def _misfit(self, row: int, values: list[str] | None) -> RejectReason:
        """A last row without its end that has too little was cut off; any other is not the format."""
        short = values is None or len(values) < len(self._shape.columns)
        last = self._block.open_end and row == len(self._block) - 1
        return RejectReason.TRUNCATED if short and last else RejectReason.NOT_THE_FORMAT

    def _values(self, raw: bytes) -> list[str] | None:
        return split_record(raw.decode("utf-8", "surrogateescape"), self._shape.delimiter)

    def _keep(self, first: int, last: int, values: list[str]) -> None:
        try:
            text = self._block.raw(first, last).decode("utf-8")
        except UnicodeDecodeError:
            self._refuse(first, RejectReason.BAD_ENCODING)
        else:
            self._records.append((self._block.first + first, text, values))

    def _refuse(self, row: int, reason: RejectReason) -> None:
        """Refuse one row; what no format can read keeps its own reason, which goes first."""
        try:
            self._block.raw(row).decode("utf-8")
        except UnicodeDecodeError:
            reason = RejectReason.BAD_ENCODING
        self.refused[row] = reason
        self._rows[row] = False
