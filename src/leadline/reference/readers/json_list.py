"""Reads warning lists: a JSON object whose `list` holds prefixes, all of the kind that is stated with it."""

from __future__ import annotations

import ipaddress
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused
from leadline.reading.streams import StreamBroken
from leadline.reference.contract import SHOWN, AddressTableReader, Example, Glance, unpacked
from leadline.reference.ranges import V4_FIRST, NetworkRange, RefusedRow, of_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 256 << 20
"""Bytes; a larger list is read only as a whole, so it is refused."""


def _recognises(seen: Glance) -> int:
    return 85 if seen.rows and seen.rows[0].startswith("{") and any('"list"' in row for row in seen.rows) else 0


def _read(path: Path, kind: str | None) -> Iterator[NetworkRange | RefusedRow]:
    listed = _document(path).get("list")
    if not isinstance(listed, list):
        raise InputRefused("the JSON has no `list` of prefixes.", where=path.name, advice="Give a warning list.")
    for number, item in enumerate(listed, start=1):
        try:
            first, last = of_network(ipaddress.ip_network(item if isinstance(item, str) else "", strict=False))
        except ValueError:
            yield RefusedRow(number, "bad-address", str(item)[:SHOWN])
            continue
        yield NetworkRange(first, last, "", None, "", kind or "unknown", number)


def _document(path: Path) -> dict[str, Any]:
    with closing(unpacked(path)) as stream:
        try:
            data = stream.read(MOST + 1)
            document = json.loads(data) if len(data) <= MOST else None
        except (ValueError, RecursionError, StreamBroken) as error:
            raise InputRefused(f"this is no JSON: {error}", where=path.name, advice="Get the file again.") from error
    if not isinstance(document, dict):
        raise InputRefused("the JSON is no object of a readable size.", where=path.name, advice="Give a warning list.")
    return document


PLUGIN = AddressTableReader(
    name="json-list",
    title="JSON with a `list` of prefixes",
    recognises=_recognises,
    read=_read,
    needs_kind=True,
    examples=(
        Example(
            b'{"name": "invented", "list": ["240.0.0.0/31", "nowhere", 7, "240.0.0.5"]}',
            (
                NetworkRange(V4_FIRST | 0xF0000000, V4_FIRST | 0xF0000001, "", None, "", "relay", 1),
                NetworkRange(V4_FIRST | 0xF0000005, V4_FIRST | 0xF0000005, "", None, "", "relay", 4),
            ),
            ((2, "bad-address"), (3, "bad-address")),
            kind="relay",
        ),
    ),
)
