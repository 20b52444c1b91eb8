"""Address ranges of one table: what a row is, and how overlapping rows become ranges that no longer overlap.

An address is one integer here, IPv4 lying where RFC 4291 maps it, as in :mod:`leadline.vocabulary.endpoints`.
"""

from __future__ import annotations

import heapq
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Iterable, Iterator, Sequence

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

V4_FIRST = 0xFFFF << 32
V4_LAST = V4_FIRST | 0xFFFFFFFF
V6_LAST = (1 << 128) - 1


class NetworkRange(NamedTuple):
    """What a table says of all addresses from ``first`` to ``last``, both included."""

    first: int
    last: int
    country: str
    """ISO 3166-1 alpha-2, or empty."""
    asn: int | None
    holder: str
    kind: str
    line: int
    """Line of the row, or number of the record, from 1."""

    @property
    def said(self) -> tuple[str, int | None, str, str]:
        """What the row says, without where."""
        return self.country, self.asn, self.holder, self.kind


class RefusedRow(NamedTuple):
    """A row that could not be used; ``reason`` is one of :data:`REASONS`."""

    line: int
    reason: str
    text: str
    """The beginning of the row as it stands."""


REASONS = (
    "not-the-format",
    "bad-encoding",
    "too-long",
    "bad-address",
    "last-before-first",
    "bad-country",
    "bad-asn",
    "bad-kind",
    "bad-holder",
    "says-nothing",
    "repeated",
    "conflicting",
)
"""Closed list. `repeated`: an earlier row says the same of the same range. `conflicting`: an earlier row says
something else of the same range, and holds."""


def address_number(text: str) -> int | None:
    """The integer of an address written alone (no port); None where it is none."""
    address = parse_address(text.strip())
    return None if address is None or address.port is not None else int(address.key, 16)


def key_of_number(number: int) -> str:
    """The 32-digit key of an address."""
    return f"{number:032x}"


def key_after(last: int) -> str:
    """The key at which the next range may begin; `g`, which sorts after every key, at the end of all space."""
    return "g" if last == V6_LAST else f"{last + 1:032x}"


def of_network(network: Network) -> tuple[int, int]:
    """First and last address of a prefix."""
    first = int(network.network_address)
    last = int(network.broadcast_address)
    return (first | V4_FIRST, last | V4_FIRST) if network.version == 4 else (first, last)


def apart_from_v4(row: NetworkRange) -> Iterator[NetworkRange]:
    """The row, without the IPv4 addresses that a wide IPv6 range would swallow (`::/0` says nothing of IPv4)."""
    if row.last < V4_FIRST or row.first > V4_LAST or (row.first >= V4_FIRST and row.last <= V4_LAST):
        yield row
        return
    if row.first < V4_FIRST:
        yield row._replace(last=V4_FIRST - 1)
    if row.last > V4_LAST:
        yield row._replace(first=V4_LAST + 1)


def flattened(rows: Iterable[NetworkRange]) -> tuple[list[NetworkRange], list[RefusedRow]]:
    """Ranges in address order that do not overlap, and the rows refused because an earlier one has their range.

    Where rows overlap, the smaller range holds (a more specific assignment); of equal sizes the one that
    begins later, so that the outcome does not depend on the order of rows.
    """
    kept, refused = _distinct(rows)
    flat: list[NetworkRange] = []
    for cluster in _clusters(kept):
        flat.extend(cluster if len(cluster) == 1 else _cut(cluster))
    return flat, refused


def _distinct(rows: Iterable[NetworkRange]) -> tuple[list[NetworkRange], list[RefusedRow]]:
    kept: list[NetworkRange] = []
    refused: list[RefusedRow] = []
    for row in sorted((part for given in rows for part in apart_from_v4(given)), key=_place):
        before = kept[-1] if kept else None
        if before is None or (before.first, before.last) != (row.first, row.last):
            kept.append(row)
            continue
        reason = "repeated" if before.said == row.said else "conflicting"
        refused.append(RefusedRow(row.line, reason, f"{key_of_number(row.first)}-{key_of_number(row.last)}"))
    return kept, refused


def _place(row: NetworkRange) -> tuple[int, int, int]:
    return row.first, row.last, row.line


def _clusters(rows: Sequence[NetworkRange]) -> Iterator[list[NetworkRange]]:
    """Groups of rows that overlap one another, directly or by others between them."""
    cluster: list[NetworkRange] = []
    reach = -1
    for row in rows:
        if cluster and row.first > reach:
            yield cluster
            cluster = []
        cluster.append(row)
        reach = max(reach, row.last)
    if cluster:
        yield cluster


def _cut(cluster: Sequence[NetworkRange]) -> Iterator[NetworkRange]:
    edges = sorted({row.first for row in cluster} | {row.last + 1 for row in cluster})
    waiting: list[tuple[int, int, int]] = []
    arriving = 0
    held: NetworkRange | None = None
    for edge, following in pairwise(edges):
        while arriving < len(cluster) and cluster[arriving].first <= edge:
            row = cluster[arriving]
            heapq.heappush(waiting, (row.last - row.first, -row.first, arriving))
            arriving += 1
        while waiting and cluster[waiting[0][2]].last < edge:
            heapq.heappop(waiting)
        if not waiting:
            continue
        owner = cluster[waiting[0][2]]._replace(first=edge, last=following - 1)
        if held is not None and held.line == owner.line and held.last + 1 == edge and held.said == owner.said:
            held = held._replace(last=following - 1)
            continue
        if held is not None:
            yield held
        held = owner
    if held is not None:
        yield held
