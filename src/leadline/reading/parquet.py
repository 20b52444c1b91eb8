"""Parquet files as lines, one JSON object a row, so that they are read, scanned and counted as text is.

The n-th line is the n-th row. Timestamps that count from an instant are written with `Z`, others without a zone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leadline.reading.media import MediaScan
from leadline.reading.streams import StreamBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"PAR1"
MAX_COLUMNS = 1000
MAX_GROUP = 1 << 30
"""Unpacked bytes of the largest row group that is read: it must fit into memory."""
_ROWS = 16_384
_EXACT = 1 << 53
"""Below this every whole number is exact as a number with a fraction."""
_THRIFT = {"thrift_string_size_limit": 16 << 20, "thrift_container_size_limit": 1 << 20}
_ADVICE = "Ask the provider for a plain Parquet file of flat columns, or for CSV."
_BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_CONTROL = "[\\x00-\\x1f]"
_TABLES = ("ARROW:schema", "pandas")
"""Entries of the footer that writers make themselves and that repeat the schema."""


def parquet_pieces(raw: BinaryIO) -> Iterator[bytes]:
    """The lines of a seekable file, some thousands at a time; :class:`StreamBroken` where it breaks a rule."""
    try:
        opened = pq.ParquetFile(raw, page_checksum_verification=True, **_THRIFT)
        _refuse_odd(opened.metadata, raw)
        names = _names(opened.schema_arrow)
        for batch in opened.iter_batches(batch_size=_ROWS, use_threads=False):
            yield _lines(batch, names)
    except _BROKEN as error:
        raise StreamBroken("the Parquet file is damaged.", advice=_ADVICE) from error


def _names(schema: pa.Schema) -> list[str]:
    if len(set(schema.names)) < len(schema.names) or len(schema.names) > MAX_COLUMNS:
        raise StreamBroken("the Parquet file names a column twice, or has too many.", advice=_ADVICE)
    for field in schema:
        if pa.types.is_nested(field.type):
            raise StreamBroken(f"its column {field.name!r} holds lists or structures.", advice=_ADVICE)
    return [json.dumps(name) for name in schema.names]


def _refuse_odd(stated: pq.FileMetaData, raw: BinaryIO) -> None:
    """Bytes that belong to no column would be kept unseen; what the footer holds besides the schema is looked at."""
    place = len(MAGIC)
    for group in range(stated.num_row_groups):
        held = stated.row_group(group)
        if held.total_byte_size > MAX_GROUP:
            raise StreamBroken(f"a row group unpacks to more than {MAX_GROUP >> 20} MiB.", advice=_ADVICE)
        for number in range(held.num_columns):
            column = held.column(number)
            starts = [at for at in (column.dictionary_page_offset, column.data_page_offset) if at]
            if min(starts) != place:
                raise StreamBroken("it has bytes that belong to no column.", advice=_ADVICE)
            place += column.total_compressed_size
    for key, value in (stated.metadata or {}).items():
        scan = MediaScan()
        scan.see(key + b"\n" + value)
        if scan.found and key.decode("utf-8", "replace") not in _TABLES:
            raise StreamBroken("its footer holds what is no text.", advice=_ADVICE)
    _refuse_gap(raw, place, stated.serialized_size)


def _refuse_gap(raw: BinaryIO, place: int, footer: int) -> None:
    """Between the columns and the footer lie indexes of pages at most."""
    end = raw.seek(0, 2) - 8 - footer
    raw.seek(place)
    scan = MediaScan()
    scan.see(raw.read(max(0, min(end - place, 16 << 20))))
    if end - place > 16 << 20 or scan.found:
        raise StreamBroken("it has bytes that belong to no column.", advice=_ADVICE)


def _lines(batch: pa.RecordBatch, names: list[str]) -> bytes:
    if not batch.num_rows:
        return b""
    cells = [_cell(name, column) for name, column in zip(names, batch.columns, strict=True)]
    rows = pc.binary_join_element_wise(*cells, ", ").to_pylist() if cells else [""] * batch.num_rows
    return "".join(f"{{{row}}}\n" for row in rows).encode()


def _cell(name: str, column: pa.Array) -> pa.Array:
    """`"name": value` for each row."""
    text, quoted = _written(column)
    quote = '"' if quoted else ""
    held = pc.binary_join_element_wise(f"{name}: {quote}", _escaped(text) if quoted else text, quote, "")
    return pc.fill_null(held, f"{name}: null")


def _written(column: pa.Array) -> tuple[pa.Array, bool]:
    """The values as text, and whether JSON puts them between quotes."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _written(column.dictionary_decode())
    if pa.types.is_timestamp(kind):
        moment = pc.cast(column, pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
        return pc.replace_substring(moment.cast(pa.string()), " ", "T", max_replacements=1), True
    if pa.types.is_floating(kind):
        return _numbers(column), False
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.string()), False
    if pa.types.is_fixed_size_binary(kind):
        column = column.cast(pa.binary())
    return column.cast(pa.string()), True


def _numbers(column: pa.Array) -> pa.Array:
    """Python's shortest form of each number; what is none of JSON's is nothing.

    A whole number is written as one: writers turn a column of whole numbers into another where one is missing.
    """
    finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    return pa.array([None if value is None else _number(value) for value in finite.to_pylist()], pa.string())


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _escaped(text: pa.Array) -> pa.Array:
    for plain, written in _ESCAPES:
        text = pc.replace_substring(text, plain, written)
    if pc.any(pc.match_substring_regex(text, _CONTROL)).as_py():
        found: list[Any] = text.to_pylist()
        text = pa.array([None if one is None else _without_controls(one) for one in found], pa.string())
    return text


def _without_controls(text: str) -> str:
    return "".join(char if char >= " " else f"\\u{ord(char):04x}" for char in text)
