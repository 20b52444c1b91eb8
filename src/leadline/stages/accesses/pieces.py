"""What the engine is given of a file, a piece at a time: lines that are text, lines that are none, how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from leadline.reading.lines import BATCH_ROWS, LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.stages.accesses.columnar import Columns

PARTS = pa.schema([*LINES, pa.field("parts", pa.list_(pa.string()))])
"""Lines with the values of their fields, where Python has read them already; else without."""

Values = Mapping[str, str | int | bool | list[str]]


class Batch(NamedTuple):
    """Lines to be judged together: ``cut`` (schema `LINES` or `PARTS`), ``refused`` (`REFUSED`) beside them.

    ``values`` are the parameters by which the rule for the layout reads the lines.
    """

    cut: pa.Table
    refused: pa.Table
    values: Values
    columns: Columns | None = None
    """Lines that are read already; then ``cut`` is empty."""

    @property
    def rows(self) -> int:
        """How many lines are to be judged."""
        return len(self.cut if self.columns is None else self.columns.lines)


def field_places(fields: Mapping[str, int]) -> dict[str, int]:
    """The parameters that say where each field lies: its place from 1, 0 where there is none."""
    asked = ("time", "date", "address", "port", "account", "method", "path", "action", "object", "status", "bytes")
    return {f"{name}_at": fields.get(name, 0) for name in (*asked, "agent", "session")}


def parts_of(rows: Sequence[Sequence[str | None]], width: int) -> pa.Array:
    """The values of rows of ``width`` fields each, as a column."""
    values = pa.array(list(chain.from_iterable(rows)), pa.string())
    return pa.ListArray.from_arrays(pa.array(np.arange(0, (len(rows) + 1) * width, width, dtype=np.int32)), values)


def with_parts(lines: pa.Table, extra: pa.Table | None = None) -> pa.Table:
    """Lines whose fields are not read yet, and after them lines (schema `PARTS`) whose fields are."""
    empty = pa.nulls(lines.num_rows, pa.list_(pa.string()))
    whole = pa.table({"line": lines["line"], "text": lines["text"], "parts": empty}, schema=PARTS)
    together = whole if extra is None or not extra.num_rows else pa.concat_tables([whole, extra])
    return pa.Table.from_batches(together.combine_chunks().to_batches(max_chunksize=BATCH_ROWS), PARTS)
