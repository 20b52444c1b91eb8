"""Records keep their physical line, every line is accounted for, and no quote swallows a file."""

from __future__ import annotations

import gzip
import hashlib
import io
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadline.errors import InputRefused
from leadline.reading import records
from leadline.reading.records import MAX_LINE, CsvShape, Record, Refusal, Rows, csv_rows, csv_shape, read_records
from leadline.reading.streams import open_stream

HEADER = b"account_key,email\n"


def read(data: bytes, form: str = "csv") -> list[Record | Refusal]:
    return list(read_records(io.BytesIO(data), form))


def told(data: bytes, form: str = "csv") -> list[tuple[int, object]]:
    """Line and either the values or the reason."""
    return [
        (one.line, tuple(one.fields.values()) if isinstance(one, Record) else str(one.reason))
        for one in read(data, form)
    ]


def test_a_record_has_its_line_its_fields_and_its_bytes() -> None:
    (one,) = read(HEADER + b"anna,a@mail.example\n")
    assert one == Record(2, {"account_key": "anna", "email": "a@mail.example"}, b"anna,a@mail.example")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_delimiter_mark_and_line_ends_are_detected(delimiter: str, bom: bytes, end: bytes) -> None:
    rows = (b"account_key,email", b"anna,a", b'"be""rt","x, ; | \t y"')
    data = bom + end.join(row.replace(b'","', b'"\0"').replace(b",", b"\0", 1) for row in rows[:2]) + end
    data = data.replace(b"\0", delimiter.encode()) + rows[2].replace(b'","', f'"{delimiter}"'.encode())
    assert told(data) == [(2, ("anna", "a")), (3, ('be"rt', "x, ; | \t y"))]


def test_a_single_column_is_a_table_too() -> None:
    assert csv_shape(b"object_key\r\n") == CsvShape(",", ("object_key",))
    assert told(b"object_key\na1\na2") == [(2, ("a1",)), (3, ("a2",))]


@pytest.mark.parametrize("header", [b"a,b,a\n", b'"a,b\n', b"a,\xff\n", b'a,b"c"\n'])
def test_a_header_that_cannot_be_read_is_refused(header: bytes) -> None:
    with pytest.raises(InputRefused, match="line 1"):
        read(header + b"1,2,3\n")


def test_a_record_over_several_lines_counts_once_at_its_first() -> None:
    assert told(HEADER + b'anna,"one\ntwo\n\nthree"\nbert,b\n') == [
        (2, ("anna", "one\ntwo\n\nthree")),
        (6, ("bert", "b")),
    ]


def test_a_quote_that_never_closes_refuses_its_own_line_only() -> None:
    rest = b"".join(b"u%d,x\n" % n for n in range(5000))
    found = told(HEADER + b'anna,"open\n' + rest)
    assert found[0] == (2, "truncated")
    assert found[1:] == [(n + 3, (f"u{n}", "x")) for n in range(5000)]


def test_a_stray_quote_far_below_does_not_swallow_the_lines_between() -> None:
    found = told(HEADER + b'anna,"open\nbert,b\ncarl,c\ndora,"open too\nemil,e\n')
    assert found == [
        (2, "truncated"),
        (3, ("bert", "b")),
        (4, ("carl", "c")),
        (5, "truncated"),
        (6, ("emil", "e")),
    ]


def test_quotes_are_strict() -> None:
    assert told(HEADER + b'an"n"a,x\n"anna"x,y\nanna,"y" \nanna,""\nanna,""""\n') == [
        (2, "not-the-format"),
        (3, "not-the-format"),
        (4, "not-the-format"),
        (5, ("anna", "")),
        (6, ("anna", '"')),
    ]


def test_reasons_are_told_apart() -> None:
    long = b"x" * (MAX_LINE + 1)
    data = HEADER + b"\n  \nanna\nanna,a,b\nan\xffna,x\n" + long + b"\nbert"
    found = read(data)
    assert [(one.line, str(one.reason)) for one in found if isinstance(one, Refusal)] == [
        (2, "empty-line"),
        (3, "empty-line"),
        (4, "not-the-format"),
        (5, "not-the-format"),
        (6, "bad-encoding"),
        (7, "too-long"),
        (8, "truncated"),
    ]
    assert [one.text_sha256 for one in found if isinstance(one, Refusal)][5] == hashlib.sha256(long).hexdigest()


def test_a_line_longer_than_anything_is_passed_over_with_its_digest() -> None:
    long = b'anna,"' + bytes(range(97, 107)) * 700_000
    found = read(HEADER + long + b"\r\nbert,b\n")
    assert isinstance(found[0], Refusal)
    assert (found[0].line, found[0].text_sha256) == (2, hashlib.sha256(long).hexdigest())
    assert len(found[0].raw) == MAX_LINE
    assert found[1:] == [Record(3, {"account_key": "bert", "email": "b"}, b"bert,b")]


def test_a_lone_carriage_return_stays_inside() -> None:
    assert told(HEADER + b'an\rna,x\n"be\rrt",y\n') == [(2, ("an\rna", "x")), (3, ("be\rrt", "y"))]


def test_an_empty_file_has_no_records() -> None:
    assert read(b"") == []
    assert read(HEADER) == []
    assert read(b"", "jsonl") == []


def test_a_broken_stream_gives_what_it_has_and_one_refusal() -> None:
    packed = gzip.compress(HEADER + b"anna,a\nbert,bbbbbbbbbbbbbbbbb", mtime=0)
    for form in (open_stream(io.BytesIO(packed[:-8]), "gz"), open_stream(io.BytesIO(packed + b"tail"), "gz")):
        found = list(read_records(form, "csv"))
        assert found[0] == Record(2, {"account_key": "anna", "email": "a"}, b"anna,a")
        assert isinstance(found[1], Refusal)
        assert (found[1].line, found[1].reason, found[1].raw) == (3, "stream-broken", b"bert,bbbbbbbbbbbbbbbbb")
        assert len(found) == 2


def test_a_stream_that_breaks_at_a_line_end_refuses_the_line_that_would_follow() -> None:
    packed = gzip.compress(HEADER + b"anna,a\n", mtime=0)[:-8]
    found = list(read_records(open_stream(io.BytesIO(packed), "gz"), "csv"))
    assert [(one.line, type(one).__name__) for one in found] == [(2, "Record"), (3, "Refusal")]


def test_a_quote_that_is_open_where_the_stream_breaks_hides_nothing() -> None:
    packed = gzip.compress(HEADER + b'anna,"open\nbert,b\ncarl', mtime=0)[:-8]
    found = list(read_records(open_stream(io.BytesIO(packed), "gz"), "csv"))
    assert [(one.line, getattr(one, "reason", "")) for one in found] == [
        (2, "truncated"),
        (3, ""),
        (4, "stream-broken"),
    ]


# --- JSON lines


def test_json_values_keep_their_writing() -> None:
    line = b'{"a": 1e3, "b": 12.50, "c": true, "d": null, "e": "x\\u00e9", "f": [1, {"g": 2}]}'
    (one,) = read(line, "jsonl")
    assert isinstance(one, Record)
    assert one.fields == {"a": "1e3", "b": "12.50", "c": "true", "d": "", "e": "xé", "f": '["1",{"g":"2"}]'}
    assert one.raw == line


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": 1} {"a": 2}',
        b'{"a": 1}x',
        b"[]",
        b"3",
        b'"text"',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": "tab\there"}',
        b"nul\x00l",
    ],
)
def test_what_is_no_single_flat_object_is_refused_and_never_crashes(line: bytes) -> None:
    assert told(line + b'\n{"a": "b"}\n', "jsonl") == [(1, "not-the-format"), (2, ("b",))]


def test_json_number_of_many_digits_is_text() -> None:
    (one,) = read(b'{"a": ' + b"9" * 10_000 + b"}", "jsonl")
    assert isinstance(one, Record)
    assert one.fields["a"] == "9" * 10_000


def test_a_json_line_that_is_cut_off_is_truncated_and_bad_text_is_bad_encoding() -> None:
    assert told(b'{"a": "\xff"}\n\n{"a": "b', "jsonl") == [(1, "bad-encoding"), (2, "empty-line"), (3, "truncated")]


# --- every line is accounted for


def lines_of(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


PIECES = st.lists(
    st.sampled_from(
        [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"a", b"anna", b" ", b"\xff", b"\xc3\xa9", b"{", b"}", b":", b"\\"]
    ),
    max_size=60,
).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(PIECES)
def test_every_physical_line_is_read_refused_or_part_of_one_record(body: bytes) -> None:
    data = HEADER + body
    covered: list[int] = []
    for one in read(data):
        height = one.raw.count(b"\n") + 1 if isinstance(one, Record) else 1
        covered.extend(range(one.line, one.line + height))
    assert covered == list(range(2, lines_of(data) + 1))


@settings(max_examples=300, deadline=None)
@given(PIECES)
def test_every_json_line_is_read_or_refused(body: bytes) -> None:
    assert [one.line for one in read(body, "jsonl")] == list(range(1, lines_of(body) + 1))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.text(max_size=20), min_size=1), max_size=5))
def test_what_json_wrote_is_read_back(rows: list[dict[str, str]]) -> None:
    def writable(text: str) -> bool:
        return text.encode("utf-8", "ignore").decode() == text

    rows = [{key: value for key, value in row.items() if writable(value)} for row in rows]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    assert [one.fields for one in read(data, "jsonl") if isinstance(one, Record)] == rows


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=6))
def test_what_a_strict_writer_quoted_is_read_back(rows: list[tuple[str, str]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    def writable(text: str) -> bool:
        return "\r\n" not in text and text.encode("utf-8", "ignore").decode() == text and not text.endswith("\r")

    rows = [row for row in rows if all(writable(cell) for cell in row)]
    data = HEADER + "".join(",".join(map(quoted, row)) + "\n" for row in rows).encode()
    assert [tuple(one.fields.values()) for one in read(data) if isinstance(one, Record)] == rows


@example([b'"x,y"'], b"one,two", True)
@given(
    st.lists(
        st.sampled_from(
            [b"a,b", b",", b'"x,y"', b'"x,y",z', b'"', b"a", b"a,b,c", b"", b" ", b"\xff,b", b"a\r,b", b"a,b\r", b"\t"]
        )
    ),
    st.sampled_from([b"one,two", b"one;two", b"one\ttwo", b"one"]),
    st.booleans(),
)
def test_many_records_at_a_time_are_those_that_come_one_by_one(lines: list[bytes], header: bytes, ended: bool) -> None:
    data = b"\n".join([header, *lines]) + (b"\n" if ended else b"")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "_plain_rows", lambda *_: None)
        one_by_one = list(read_records(io.BytesIO(data), "csv"))
    assert list(read_records(io.BytesIO(data), "csv")) == one_by_one


def test_plain_lines_are_taken_together() -> None:
    shape, rows = csv_rows(io.BytesIO(b"one,two\n" + b"a,b\n" * 200))
    assert isinstance(shape, CsvShape)
    assert isinstance(rows, Rows)
    assert (rows.line, len(rows.values)) == (2, 200)


@pytest.mark.parametrize("fields", ['1,"x\ny",3', '"x\ny"', '1,"\udcff\ny"'])
def test_a_record_over_several_lines_that_cannot_be_read_is_refused_once(fields: str) -> None:
    content = f"a,b\n{fields}\n5,6\n".encode("utf-8", "surrogateescape")
    refused, good = read_records(io.BytesIO(content), "csv")
    assert isinstance(refused, Refusal)
    reason = "bad-encoding" if "\udcff" in fields else "not-the-format"
    assert (refused.line, refused.reason) == (2, reason)
    assert isinstance(good, Record)
    assert (good.line, good.fields) == (4, {"a": "5", "b": "6"})
