"""Parquet is read as JSON lines, the n-th line being the n-th row; what it could hide is refused."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.reading.parquet import parquet_pieces
from leadline.reading.streams import StreamBroken, detect_compression, open_stream

NOISE = random.Random(5).randbytes(4000)
AT = datetime(2019, 9, 20, 2, 15, tzinfo=UTC)


def packed(columns: dict[str, Any], **options: Any) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held, **options)
    return held.getvalue()


def rows(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(parquet_pieces(io.BytesIO(content))).splitlines()]


def test_values_of_every_type_are_written_as_json_and_nothing_is_left_away() -> None:
    columns = {
        "moment": pa.array([AT, None], pa.timestamp("ns", "Pacific/Auckland")),
        "clock": pa.array([AT.replace(tzinfo=None), None], pa.timestamp("ms")),
        "day": pa.array([date(2019, 9, 20), None]),
        "text": ['a "quoted" \\ text\n\t\x01é', None],
        "packed": pa.array(["x", None]).dictionary_encode(),
        "bytes": pa.array([b"y", None]),
        "whole": [1 << 62, None],
        "part": [0.1, float("nan")],
        "counted": [404.0, None],
        "vast": [1e300, None],
        "money": pa.array([Decimal("1.50"), None]),
        "truth": [True, None],
        'odd "name"': [1, None],
    }
    first, second = rows(packed(columns))
    assert first == {
        "moment": "2019-09-20T02:15:00.000000Z",
        "clock": "2019-09-20T02:15:00.000000",
        "day": "2019-09-20",
        "text": 'a "quoted" \\ text\n\t\x01é',
        "packed": "x",
        "bytes": "y",
        "whole": 1 << 62,
        "part": 0.1,
        "counted": 404,
        "vast": 1e300,
        "money": 1.5,
        "truth": True,
        'odd "name"': 1,
    }
    assert second == dict.fromkeys(columns)
    assert b'"counted": 404,' in b"".join(parquet_pieces(io.BytesIO(packed(columns))))


@pytest.mark.parametrize("options", [{}, {"row_group_size": 7}, {"version": "1.0"}, {"write_page_index": True}])
def test_rows_keep_their_numbers_over_row_groups(options: dict[str, Any]) -> None:
    count = 50 if options else 40_000
    content = packed({"n": list(range(count))}, **options)
    assert [row["n"] for row in rows(content)] == list(range(count))
    assert detect_compression(content) == "parquet"


def test_a_stream_of_it_is_read_piece_by_piece() -> None:
    stream = open_stream(io.BytesIO(packed({"n": [1, 2]})), "parquet")
    assert stream.read(4) + stream.read() == b'{"n": 1}\n{"n": 2}\n'


def refused(content: bytes) -> str:
    with pytest.raises(StreamBroken) as caught:
        list(parquet_pieces(io.BytesIO(content)))
    assert caught.value.advice
    return caught.value.message


def test_what_is_damaged_nested_or_no_text_is_refused() -> None:
    whole = packed({"n": list(range(1000)), "t": ["text"] * 1000})
    assert "damaged" in refused(whole[:-9])
    assert "damaged" in refused(b"PAR1" + NOISE + b"PAR1")
    assert "damaged" in refused(packed({"b": [NOISE]}))
    assert "lists" in refused(packed({"l": [[1, 2]]}))
    assert "lists" in refused(packed({"s": [{"a": 1}]}))


def test_bytes_that_belong_to_no_column_are_refused() -> None:
    whole = packed({"n": [1, 2, 3]})
    size = int.from_bytes(whole[-8:-4], "little")
    footer = len(whole) - 8 - size
    assert "no column" in refused(whole[:footer] + NOISE + whole[footer:])
    table = pa.table({"n": [1]}).replace_schema_metadata({"thumb": b"\x89PNG\r\n\x1a\n" + NOISE})
    held = io.BytesIO()
    pq.write_table(table, held)
    assert "footer" in refused(held.getvalue())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=5),
    st.sampled_from(["snappy", "zstd", "none"]),
)
def test_a_spoiled_file_is_read_or_refused_and_nothing_else(
    spoils: list[tuple[int, bytes, int]], compression: str
) -> None:
    content = packed({"n": list(range(300)), "t": [f"text {n}" for n in range(300)]}, compression=compression)
    for place, bits, dropped in spoils:
        at = place % (len(content) + 1)
        content = content[:at] + bits + content[at + dropped :]
    try:
        rows(content)
    except StreamBroken as broken:
        assert broken.advice  # noqa: PT017  either outcome is right
