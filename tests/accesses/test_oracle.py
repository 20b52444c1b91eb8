"""Hostile lines of a web server's log, read by the engine and by a plain reading in Python: the same comes of both."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.vocabulary.endpoints import parse_address
from leadline.vocabulary.instants import iso_z
from tests.accesses.world import Log, read

if TYPE_CHECKING:
    from pathlib import Path

GOOD = b'240.0.0.9 - acct-1 [20/Sep/2019:02:15:00 +1200] "GET /o/k?x=1 HTTP/1.1" 200 5120 "-" "Example/1.0"'
TEXT = r'"((?:[^"\\]|\\(?:.|\r))*)"'
WHOLE = re.compile(
    rf"([^ ]+) [^ ]+ ([^ \[]+) \[([^\]]+)\] {TEXT} (\d{{3}}|-) (\d+|-)(?: {TEXT} {TEXT})?", re.ASCII | re.DOTALL
)

HOSTILE = [
    GOOD,
    GOOD.replace(b"Example", rb"a\"b\\"),
    GOOD.replace(b"Example", rb'a\\"'),
    GOOD.replace(b"Example", b'a"b'),
    GOOD.replace(b"Example", rb"\x22\x5c"),
    GOOD.replace(b"Example/1.0", rb"\""),
    GOOD.replace(b"Example/1.0", b"\\"),
    GOOD.replace(b"Example/1.0", rb"\"" * 3_000),
    GOOD.replace(b"Example/1.0", rb"\"" * 3_000 + b"\\"),
    GOOD.replace(b"Example/1.0", b"x" * 900_000),
    GOOD.replace(b"Example/1.0", b"x" * (1 << 20)),
    GOOD.replace(b"Example", b"a\rb"),
    GOOD + b"\r\r",
    b"\r" + GOOD,
    GOOD.replace(b"Example", b"a\x00b"),
    GOOD.replace(b"Example", b"a\x01\x0b\x0c\x1f\x7fb"),
    GOOD.replace(b"Example", "\x85\u2028\u2029é".encode()),
    GOOD.replace(b"Example", b"\xff"),
    GOOD.replace(b"Example", b"\xed\xa0\x80"),
    GOOD.replace(b"Example", b"\xc0\xaf"),
    b"\xef\xbb\xbf" + GOOD,
    GOOD.replace(b"acct-1", b"a b"),
    GOOD.replace(b"acct-1", b"[a]"),
    GOOD.replace(b"acct-1", b""),
    GOOD.replace(b"acct-1", "é".encode()),
    GOOD.replace(b" ", b"  ", 1),
    GOOD.replace(b" ", b"\t"),
    b" " + GOOD,
    GOOD + b" ",
    GOOD + GOOD,
    GOOD.replace(b"200", b"20"),
    GOOD.replace(b"200", b"2000"),
    GOOD.replace(b"200", "２００".encode()),
    GOOD.replace(b"5120", b"9" * 40),
    GOOD.replace(b"20/Sep", "２0/Sep".encode()),
    GOOD.replace(b"20/Sep", b"29/Feb"),
    GOOD.replace(b"20/Sep/2019", b"29/Feb/2020"),
    GOOD.replace(b"Sep", b"sep"),
    GOOD.replace(b"02:15:00", b"24:00:00"),
    GOOD.replace(b"02:15:00", b"23:59:60"),
    GOOD.replace(b"+1200", b"+1461"),
    GOOD.replace(b"+1200", b"+2500"),
    GOOD.replace(b"+1200", b"-0030"),
    GOOD.replace(b" +1200", b""),
    GOOD.replace(b"240.0.0.9", b"240.0.0.09"),
    GOOD.replace(b"240.0.0.9", "240.0.0.٩".encode()),
    GOOD.replace(b"240.0.0.9", b"::ffff:f000:9"),
    GOOD.replace(b"240.0.0.9", b"2001:db8::1%en0"),
    GOOD.replace(b"240.0.0.9", b"[2001:db8::1]:8"),
    GOOD.replace(b"240.0.0.9", b"240.0.0.9, 240.0.0.8"),
    GOOD.replace(b"GET /o/k?x=1 HTTP/1.1", b""),
    GOOD.replace(b"GET /o/k?x=1 HTTP/1.1", rb"\x16\x03"),
    GOOD.replace(b"/o/k?x=1", rb"/o/k\"?x=\""),
    GOOD.replace(b"/o/k?x=1", b"/o/" + b"k" * 100_000),
    GOOD.partition(b' "-"')[0],
    GOOD.partition(b' "Ex')[0],
    GOOD.replace(b'"', b"'"),
    b'"' * 5_000,
    b"[" * 5_000,
    b"\\" * 5_000,
    b"\x00",
]


def plainly(raw: bytes) -> tuple[str, dict[str, Any]]:
    """(reason, values) of one line without its end."""
    if len(raw) > 1 << 20:
        return "too-long", {}
    try:
        found = WHOLE.fullmatch(raw.decode())
    except UnicodeDecodeError:
        return "bad-encoding", {}
    if found is None:
        return "not read", {}
    host, account, time, request, status, size, _, agent = found.groups()
    address, instant = parse_address(host), stamp(time)
    if instant is None or address is None:
        return "bad-time" if instant is None else "bad-address", {}
    asked = re.fullmatch(r"GET /o/([^ ?]+)(\?[^ ]*)? HTTP/[^ ]*", request, re.DOTALL)
    return "", {
        "account_key": None if account == "-" else account,
        "accessed_at": iso_z(instant),
        "address": address.key,
        "remote_ip": address.text,
        "remote_port": address.port or None,
        "object_key": asked[1] if asked else None,
        "status": None if status == "-" else int(status),
        "bytes": int(size) if size.isdigit() and len(size) <= 18 else None,
        "user_agent": None if agent in {None, "-", ""} else agent,
    }


def stamp(text: str) -> datetime | None:
    if not re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:[0-5]\d [-+](0\d|1[0-4])[0-5]\d", text, re.ASCII):
        return None
    try:
        return datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def agree(lines: list[bytes], folder: Path) -> None:
    expected = [plainly(line) for line in lines]
    objects = {values["object_key"] for _, values in expected if values.get("object_key")}
    found = read(folder, Log(b"\n".join(lines) + b"\n"), listed=sorted(objects))
    reasons = {number: reason for number, (reason, _) in enumerate(expected, start=1) if reason}
    unread = {"truncated", "not-the-format", "empty-line"}
    assert {number: "not read" if reason in unread else reason for number, reason in found.refused} == reasons
    kept = {number: values for number, (_, values) in enumerate(expected, start=1) if values.get("object_key")}
    assert {row["line"]: {name: row[name] for name in kept.get(row["line"], {})} for row in found.accesses} == kept
    assert found.tally["accesses"] == len(lines) - len(reasons)


def test_hostile_lines_are_read_as_a_plain_reading_reads_them(tmp_path: Path) -> None:
    agree([b"a first line", *(line.replace(b"\n", b"") for line in HOSTILE)], tmp_path)


def test_with_other_line_ends_too(tmp_path: Path) -> None:
    expected = read(tmp_path / "one", Log(b"\n".join(HOSTILE)), listed=["k"])
    found = read(tmp_path / "two", Log(b"\r\n".join(HOSTILE)), listed=["k"], chunk=1 << 16)
    assert found.refused == expected.refused
    assert found.accesses == expected.accesses


PIECES = st.sampled_from(
    [b'"', b"\\", b" ", b"[", b"]", b"-", b"\r", b"\x00", b"\xff", "é".encode(), b"0", b":", b"?", b"x"]
)
SPOTS = st.tuples(st.integers(0, len(GOOD)), PIECES, st.integers(0, 4))


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.lists(SPOTS, min_size=1, max_size=3), min_size=40, max_size=80))
def test_spoiled_lines_are_read_as_a_plain_reading_reads_them(
    tmp_path_factory: Any, spoils: list[list[tuple[int, bytes, int]]]
) -> None:
    lines = []
    for spots in spoils:
        line = GOOD
        for place, piece, dropped in spots:
            line = line[:place] + piece + line[place + dropped :]
        lines.append(line)
    agree([b"a first line", *lines], tmp_path_factory.mktemp("spoiled"))
