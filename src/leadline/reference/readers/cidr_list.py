"""Reads plain lists of prefixes, one a line; all of them have the kind that is stated with the list."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from leadline.reference.contract import AddressTableReader, Example, Glance, read_rows
from leadline.reference.ranges import V4_FIRST, NetworkRange, RefusedRow, of_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def network_row(text: str, line: int, kind: str) -> NetworkRange | str:
    """A row of one prefix or single address; host bits may be set."""
    try:
        first, last = of_network(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return "bad-address"
    return NetworkRange(first, last, "", None, "", kind, line)


def _recognises(seen: Glance) -> int:
    if not seen.rows:
        return 0
    good = sum(isinstance(_parse(row, 1, "unknown"), NetworkRange) for row in seen.rows)
    return 80 * good // len(seen.rows) if good * 2 > len(seen.rows) else 0


def _parse(line: str, number: int, kind: str) -> NetworkRange | str:
    return network_row(line.split("#")[0].strip(), number, kind)


def _read(path: Path, kind: str | None) -> Iterator[NetworkRange | RefusedRow]:
    return read_rows(path, kind, _parse)


PLUGIN = AddressTableReader(
    name="cidr",
    title="a list of prefixes, one a line",
    recognises=_recognises,
    read=_read,
    needs_kind=True,
    examples=(
        Example(
            b"# an invented list\n240.0.0.0/30\n240.0.0.9\n2001:db8::/127  # two addresses\n240.0.0.0/33\nhello\n",
            (
                NetworkRange(V4_FIRST | 0xF0000000, V4_FIRST | 0xF0000003, "", None, "", "vpn", 2),
                NetworkRange(V4_FIRST | 0xF0000009, V4_FIRST | 0xF0000009, "", None, "", "vpn", 3),
                NetworkRange(0x20010DB8 << 96, (0x20010DB8 << 96) + 1, "", None, "", "vpn", 4),
            ),
            ((5, "bad-address"), (6, "bad-address")),
            kind="vpn",
        ),
    ),
)
