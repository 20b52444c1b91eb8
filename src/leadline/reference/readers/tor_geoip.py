"""Reads the country tables that the Tor software ships: `start,end,CC`, IPv4 in decimal, IPv6 as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.reference.contract import AddressTableReader, Example, Glance, read_rows, row_of
from leadline.reference.countries import read_country
from leadline.reference.ranges import V4_FIRST, NetworkRange, RefusedRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_V4_ROW = re.compile(r"([0-9]{1,10}),([0-9]{1,10}),([A-Za-z?]{2})\Z", re.ASCII)
_V6_ROW = re.compile(r"([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*),([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*),([A-Za-z?]{2})\Z", re.ASCII)
_V4_SPACE = 1 << 32


def _recognises(seen: Glance) -> int:
    good = sum(bool(_V4_ROW.match(row) or _V6_ROW.match(row)) for row in seen.rows)
    return 90 if good and good * 2 > len(seen.rows) else 0


def _read(path: Path, kind: str | None) -> Iterator[NetworkRange | RefusedRow]:
    return read_rows(path, kind, _parse)


def _parse(line: str, number: int, kind: str) -> NetworkRange | str:
    found = _V4_ROW.match(line)
    if found:
        return _v4(int(found[1]), int(found[2]), found[3], number, kind)
    found = _V6_ROW.match(line)
    if found:
        return row_of(found[1], found[2], country=found[3], kind=kind, line=number)
    return "not-the-format"


def _v4(first: int, last: int, country: str, number: int, kind: str) -> NetworkRange | str:
    code = read_country(country)
    if code is None:
        return "bad-country"
    if first >= _V4_SPACE or last >= _V4_SPACE:
        return "bad-address"
    if last < first:
        return "last-before-first"
    return NetworkRange(V4_FIRST | first, V4_FIRST | last, code, None, "", kind, number)


PLUGIN = AddressTableReader(
    name="tor-geoip",
    title="start,end,CC in decimal, as shipped with Tor",
    recognises=_recognises,
    read=_read,
    examples=(
        Example(
            b"# invented\n4026531840,4026532095,NZ\n4026532096,4026532100,??\n2001:db8::,2001:db8::f,AU\n"
            b"4026531840,99999999999,NZ\n4026531840,4294967296,NZ\n9,8,NZ\n1,2,Q9\n",
            (
                NetworkRange(V4_FIRST | 0xF0000000, V4_FIRST | 0xF00000FF, "NZ", None, "", "unknown", 2),
                NetworkRange(V4_FIRST | 0xF0000100, V4_FIRST | 0xF0000104, "", None, "", "unknown", 3),
                NetworkRange(0x20010DB8 << 96, (0x20010DB8 << 96) + 15, "AU", None, "", "unknown", 4),
            ),
            ((5, "not-the-format"), (6, "bad-address"), (7, "last-before-first"), (8, "not-the-format")),
        ),
    ),
)
