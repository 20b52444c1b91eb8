"""Reads Leadline's own address tables: CSV with the header `first,last,country,asn,holder,kind`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from leadline.reference.contract import SHOWN, AddressTableReader, Example, Glance, numbered_lines, row_of
from leadline.reference.ranges import V4_FIRST, NetworkRange, RefusedRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = ("first", "last", "country", "asn", "holder", "kind")


def _recognises(seen: Glance) -> int:
    header = _header(seen.rows[0]) if seen.rows else []
    return 95 if {"first", "last"} <= set(header) and set(header) <= set(COLUMNS) else 0


def _header(line: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in line.split(",")]


def _read(path: Path, kind: str | None) -> Iterator[NetworkRange | RefusedRow]:
    header: list[str] = []
    for item in numbered_lines(path):
        if isinstance(item, RefusedRow):
            yield item
            continue
        number, line = item
        if not line.strip() or line.startswith("#"):
            continue
        if not header:
            header = _header(line)
            continue
        found = _row(line, number, header, kind or "unknown")
        yield found if isinstance(found, NetworkRange) else RefusedRow(number, found, line[:SHOWN])


def _row(line: str, number: int, header: list[str], kind: str) -> NetworkRange | str:
    """A record ends with its line: no value of an address table holds a line end."""
    try:
        values = next(csv.reader([line], strict=True)) if '"' in line else line.split(",")
    except csv.Error:
        return "not-the-format"
    if len(values) != len(header):
        return "not-the-format"
    told = dict(zip(header, values, strict=True))
    return row_of(
        told.get("first", ""),
        told.get("last", ""),
        country=told.get("country", ""),
        asn=told.get("asn", ""),
        holder=told.get("holder", ""),
        kind=told.get("kind", "").strip().lower() or kind,
        line=number,
    )


PLUGIN = AddressTableReader(
    name="csv",
    title="CSV: first,last,country,asn,holder,kind",
    recognises=_recognises,
    read=_read,
    examples=(
        Example(
            b"first,last,country,asn,holder,kind\n"
            b'240.0.0.0,240.0.0.255,NZ,64500,"Access NZ, invented",access\r\n'
            b"2001:db8::,2001:db8::ffff,,,,vpn\n"
            b"240.0.1.9,240.0.1.0,NZ,,,access\n"
            b"240.0.1.0,240.0.1.9,NZ,,,private\n"
            b"240.0.1.0,240.0.1.9,Q9,,,access\n"
            b"240.0.1.0,240.0.1.999,NZ,,,access\n"
            b"240.0.1.0,240.0.1.9,NZ,minus,,access\n"
            b"240.0.1.0,240.0.1.9,NZ\n",
            (
                NetworkRange(
                    V4_FIRST | 0xF0000000, V4_FIRST | 0xF00000FF, "NZ", 64500, "Access NZ, invented", "access", 2
                ),
                NetworkRange(0x20010DB8 << 96, (0x20010DB8 << 96) + 0xFFFF, "", None, "", "vpn", 3),
            ),
            (
                (4, "last-before-first"),
                (5, "bad-kind"),
                (6, "bad-country"),
                (7, "bad-address"),
                (8, "bad-asn"),
                (9, "not-the-format"),
            ),
        ),
    ),
)
