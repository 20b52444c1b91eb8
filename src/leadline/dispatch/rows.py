"""One Parquet file without one account: its rows are left out, and its identifiers where another row names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leadline.dispatch.identifying import TAKEN_OUT
from leadline.facts.lake import ROW_GROUP

if TYPE_CHECKING:
    from pathlib import Path

_OWN = ("account_key", "account_a", "account_b")


def without(file: Path, account: str, words: frozenset[str], target: Path) -> bool:
    """Write ``file`` to ``target`` without the account; False, and nothing written, where it does not name it.

    Schema, metadata, order and layout stay as the lake writes them.
    """
    table = pq.read_table(file)
    kept = table
    for name in _OWN:
        if name in kept.schema.names:
            same = pc.fill_null(pc.equal(kept.column(name), account), fill_value=False)
            kept = kept.filter(pc.invert(same))
    if "request_id" in kept.schema.names:  # what came back to a request of the account is about its holder
        kept = kept.filter(pc.invert(pc.is_in(kept.column("request_id"), value_set=pa.array(sorted(words)))))
    changed = kept.num_rows != table.num_rows
    for index, field in enumerate(kept.schema):
        column = _cleaned(kept.column(index), field.type, words)
        if column is not None:
            kept, changed = kept.set_column(index, field, column), True
    if not changed:
        return False
    with pq.ParquetWriter(
        target, table.schema, compression="zstd", compression_level=1, write_statistics=True
    ) as writer:
        writer.write_table(kept.cast(table.schema), row_group_size=ROW_GROUP)
    return True


def _cleaned(column: pa.ChunkedArray, kind: pa.DataType, words: frozenset[str]) -> pa.ChunkedArray | None:
    """The column with the identifiers replaced, or None where none stands in it."""
    if pa.types.is_string(kind):
        named = pc.fill_null(pc.is_in(column, value_set=pa.array(sorted(words))), fill_value=False)
        return pc.if_else(named, TAKEN_OUT, column) if pc.any(named).as_py() else None
    if not pa.types.is_nested(kind):
        return None
    values = column.to_pylist()
    cleaned = [_replaced(value, words) for value in values]
    return pa.chunked_array([pa.array(cleaned, type=kind)]) if cleaned != values else None


def _replaced(value: Any, words: frozenset[str]) -> Any:
    match value:
        case str():
            return TAKEN_OUT if value in words else value
        case list():
            return [_replaced(item, words) for item in value]
        case dict():
            return {key: _replaced(item, words) for key, item in value.items()}
    return value
