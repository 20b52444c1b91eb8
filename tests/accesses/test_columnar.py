"""Lines that are read as columns say what the format's own pattern says of them; what is unsure is left to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.facts.engine import Engine
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.layouts import PatternLayout
from leadline.reading.lines import Block, readable
from leadline.seal.manifest import RequestPattern
from leadline.stages.accesses.columnar import read_columns, reads_columns
from leadline.stages.accesses.dotted import WIDTH, dotted_numbers
from leadline.stages.accesses.values import detail_values, pattern_values, request_beginnings, rule_text
from leadline.vocabulary.endpoints import parse_address, v4_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMBINED = LOG_FORMATS.get("combined")
PLAIN = '240.0.0.9 - acct-1 [20/Sep/2019:02:15:00 +1200] "GET /o/k-1?size=2 HTTP/1.1" 200 5120 "-" "Example/1.0"'
SAYS = ("accessed_at", "time_text", "address_text", "number", "method", "path")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("columnar")
    with Engine(spill=folder, threads=1, memory_mb=200) as made:
        yield made


def block_of(lines: list[bytes]) -> Block:
    data = b"".join(line + b"\n" for line in lines)
    ends = np.cumsum([len(line) + 1 for line in lines]) - 1
    return Block(data, np.append([0], ends[:-1] + 1).astype(np.int64), ends.astype(np.int64), 1)


def compared(engine: Engine, lines: list[bytes]) -> int:
    """Read lines both ways and compare what each says; how many were read as columns."""
    assert isinstance(COMBINED.layout, PatternLayout)
    block = block_of(lines)
    cut = readable(block)
    columns, left = read_columns(block, cut.lines["line"].to_numpy() - 1)
    assert len(columns.lines) + len(left) == cut.lines.num_rows
    engine.lend("cut", cut.lines)
    engine.rule("said", rule_text("said_pattern"), dict(pattern_values(COMBINED, COMBINED.layout)), journal=False)  # type: ignore[arg-type]
    said = by_line(engine.arrow("select s.* from said as s").to_pylist())
    engine.rule("judged", "select c.line, true as kept from cut as c", journal=False)
    values: Any = {**detail_values(COMBINED.layout), "several": False}
    engine.rule("details", rule_text("details_pattern"), values, journal=False)
    details = by_line(engine.arrow("select d.* from details as d").to_pylist())
    for row in columns.said(np.arange(len(columns.lines))).to_pylist():
        assert said[row["line"]]["reason"] is None
        assert {name: row[name] for name in SAYS} == {name: said[row["line"]][name] for name in SAYS}
    whole = np.arange(len(columns.lines))
    texts = {row["line"]: row["text"].encode() for row in columns.texts(whole).to_pylist()}
    assert texts == {line: lines[line - 1].removesuffix(b"\r") for line in columns.lines.tolist()}
    asked = columns.requests(whole).to_pylist()
    assert asked == [{name: said[row["line"]][name] for name in ("line", "method", "path")} for row in asked]
    for row in columns.details(columns.lines).to_pylist():
        assert row.pop("text") == texts[row["line"]].decode()
        row |= {f"{name}_text": "-" if (value := row.pop(name)) is None else value for name in ("status", "bytes")}
        row["agent"] = None if row["agent"] == "-" else row["agent"]
        said_there = details[row["line"]]
        for name in ("status_text", "bytes_text"):
            assert row[name] == (text if (text := said_there[name]) == "-" else int(text))
            said_there[name] = row[name]
        assert row == {name: said_there[name] for name in row}
    return len(columns.lines)


def by_line(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row["line"]: row for row in rows}


def test_the_layout_that_is_known_is_that_of_the_combined_format() -> None:
    assert [name for name in LOG_FORMATS.names() if reads_columns(LOG_FORMATS.get(name))] == ["combined"]


@pytest.mark.parametrize(
    "line",
    [
        PLAIN,
        PLAIN.partition(' "-"')[0],
        PLAIN.replace("240.0.0.9", "2001:db8::7"),
        PLAIN.replace("Example/1.0", r"a \x22b\x22"),
        PLAIN.replace("/o/k-1", "/o/" + "k" * 90),
        PLAIN.replace("?size=2", "?" + "a=b?c&" * 20),
        PLAIN.replace("+1200", "-0330"),
        PLAIN.replace("20/Sep/2019", "29/Feb/2016"),
        PLAIN.replace("200 5120", "- -"),
    ],
)
def test_a_line_without_surprises_is_read_as_columns(engine: Engine, line: str) -> None:
    assert compared(engine, [line.encode(), PLAIN.encode()]) == 2


@pytest.mark.parametrize(
    "line",
    [
        PLAIN.replace("20/Sep", "31/Sep"),
        PLAIN.replace("2019", "2023").replace("20/Sep", "29/Feb"),
        PLAIN.replace("02:15:00", "24:15:00"),
        PLAIN.replace("Example/1.0", r"a\""),
        PLAIN.replace("GET /o/k-1?size=2 HTTP/1.1", "-"),
        PLAIN.replace("GET /o/k-1", "GET /o/k 1"),
        PLAIN.replace(" 200 ", " 20 "),
        PLAIN.replace("5120", "5 120"),
        PLAIN[:-1],
        PLAIN + " ",
        "",
        '"' * 60,
        "a" * 300,
    ],
)
def test_a_line_that_is_unsure_is_left_to_the_pattern(engine: Engine, line: str) -> None:
    assert compared(engine, [line.encode(), PLAIN.encode(), line.encode()]) == 1


@given(changes=st.lists(st.tuples(st.integers(0, 130), st.binary(max_size=3), st.integers(0, 3)), max_size=30))
def test_whatever_happens_to_lines_both_ways_say_the_same(
    changes: list[tuple[int, bytes, int]], engine: Engine
) -> None:
    lines = [PLAIN.encode()]
    for place, put, taken in changes:
        whole = PLAIN.encode()
        lines.append((whole[:place] + put.replace(b"\n", b'"') + whole[place + taken :]).removesuffix(b"\r"))
    compared(engine, lines)


@pytest.mark.parametrize(
    ("paths", "beginnings"),
    [
        (["/c/[^/]+/o/([^/?]+)"], (b"/c/",)),
        (["/c/x", "/files?/([0-9]+)"], (b"/c/x", b"/file")),
        (["/a*b"], (b"/",)),
        (["/c/x|/d"], ()),
        (["/c/x", "[^/]+"], ()),
        (["(?i)/c/x"], ()),
        (["a?b"], ()),
        (["/a{0,2}"], (b"/",)),
        (["/a+b"], (b"/a",)),
    ],
)
def test_a_path_that_matches_begins_as_its_pattern_does(paths: list[str], beginnings: tuple[bytes, ...]) -> None:
    assert request_beginnings([RequestPattern("GET", "view", "", path) for path in paths]) == beginnings


def test_only_lines_that_begin_as_a_pattern_does_are_asked() -> None:
    lines = [PLAIN.replace("/o/k-1?size=2", target).encode() for target in ("/o/k", "/", "/p/1", "/o/", "/o")]
    block = block_of(lines)
    columns, _ = read_columns(block, np.arange(len(lines)))
    assert columns.asking([b"/o/", b"/p"]).tolist() == [0, 2, 3]
    assert columns.asking([]).tolist() == [0, 1, 2, 3, 4]


@given(st.from_regex(r"\A[0-9]{0,3}(\.[0-9]{0,4}){2,4}\Z") | st.ip_addresses(v=4).map(str))
def test_dotted_addresses_are_numbers_and_nothing_else_is(text: str) -> None:
    held = np.frombuffer(text.encode().ljust(WIDTH, b" ")[:WIDTH], dtype=np.uint8)
    (number,) = dotted_numbers(held[None, :], np.array([len(text)])).tolist()
    address = parse_address(text)
    assert number == (-1 if address is None else v4_number(address.key))
