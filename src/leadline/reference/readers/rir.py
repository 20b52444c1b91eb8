"""Reads the delegated files of the regional internet registries, plain and extended: countries of registration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.reference.contract import AddressTableReader, Example, Glance, read_rows
from leadline.reference.countries import read_country
from leadline.reference.ranges import V4_FIRST, V4_LAST, V6_LAST, NetworkRange, RefusedRow, address_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REGISTRIES = frozenset({"afrinic", "apnic", "arin", "iana", "lacnic", "ripencc"})
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z", re.ASCII)
_HELD = frozenset({"allocated", "assigned"})
"""Other states (available, reserved) say that nobody holds the block."""


def _recognises(seen: Glance) -> int:
    fields = [row.split("|") for row in seen.rows]
    good = sum(len(f) >= 7 and (f[0] in _REGISTRIES or (len(f) > 1 and f[1] in _REGISTRIES)) for f in fields)
    return 95 if good and good * 2 > len(fields) else 0


def _read(path: Path, kind: str | None) -> Iterator[NetworkRange | RefusedRow]:
    return read_rows(path, kind, _parse)


def _parse(line: str, number: int, kind: str) -> NetworkRange | str | None:
    fields = line.split("|")
    if fields[-1] == "summary" or _VERSION.match(fields[0]):
        return None
    if len(fields) < 7 or fields[0] not in _REGISTRIES:
        return "not-the-format"
    _, country, family, start, value, _, state = fields[:7]
    if family == "asn" or state not in _HELD:
        return None
    span = _span(family, start, value)
    code = read_country(country)
    if span is None:
        return "bad-address"
    if code is None:
        return "bad-country"
    return NetworkRange(*span, code, None, "", kind, number)


def _span(family: str, start: str, value: str) -> tuple[int, int] | None:
    """IPv4 states how many addresses (any number), IPv6 the length of the prefix."""
    first = address_number(start)
    if first is None or not (value.isascii() and value.isdecimal() and len(value) <= 10):
        return None
    if family == "ipv4":
        last = first + int(value) - 1
        return (first, last) if V4_FIRST <= first <= last <= V4_LAST else None
    if family != "ipv6" or not 0 < int(value) <= 128:
        return None
    size = 1 << (128 - int(value))
    return (first, first + size - 1) if first % size == 0 and first + size - 1 <= V6_LAST else None


PLUGIN = AddressTableReader(
    name="rir",
    title="delegated file of a regional internet registry",
    recognises=_recognises,
    read=_read,
    examples=(
        Example(
            b"2|apnic|20190102|6|19830101|20190101|+1000\n"
            b"apnic|*|ipv4|*|2|summary\n"
            b"apnic|NZ|ipv4|240.0.0.0|768|20100101|allocated\n"
            b"apnic|AU|ipv6|2001:db8::|126|20100101|assigned|A91872ED\n"
            b"apnic|NZ|asn|64500|1|20100101|allocated\n"
            b"apnic||ipv4|240.9.0.0|256||available\n"
            b"apnic|NZ|ipv4|240.1.0.0|0|20100101|allocated\n"
            b"apnic|Q9|ipv4|240.1.0.0|256|20100101|allocated\n"
            b"apnic|NZ|ipv4\n",
            (
                NetworkRange(V4_FIRST | 0xF0000000, V4_FIRST | 0xF00002FF, "NZ", None, "", "unknown", 3),
                NetworkRange(0x20010DB8 << 96, (0x20010DB8 << 96) + 3, "AU", None, "", "unknown", 4),
            ),
            ((7, "bad-address"), (8, "bad-country"), (9, "not-the-format")),
        ),
    ),
)
