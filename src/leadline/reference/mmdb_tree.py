"""Walks the search tree of an MMDB file whose bytes may be damaged or hostile.

The library's C extension ends the whole process on some damaged files, and its Python reader is slow to walk;
so the tree is walked here, and the records are decoded by the library's Python decoder, which bounds itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import maxminddb
import numpy as np
from maxminddb.decoder import Decoder

from leadline.reference.ranges import V4_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEPARATOR = 16
_V4_DEPTH = 96


@dataclass(frozen=True)
class _Tree:
    left: memoryview
    right: memoryview
    count: int
    bits: int
    """128, or 32 in a database of IPv4 alone."""


def networks_of(path: Path) -> Iterator[tuple[int, int, Any]]:
    """First and last address and the record of every network, in address order.

    IPv4 lies where :mod:`leadline.reference.ranges` has it; the tree's further ways to IPv4 are not walked.
    `maxminddb.InvalidDatabaseError` and ordinary built-in errors tell of damage.
    """
    data = path.read_bytes()
    with maxminddb.open_database(path, maxminddb.MODE_MEMORY) as database:
        about = database.metadata()
    size = about.node_count * about.record_size // 4
    if size + _SEPARATOR > len(data) or not about.node_count:
        raise maxminddb.InvalidDatabaseError("the search tree does not fit the file")
    tree = _read_tree(data[:size], about.node_count, about.record_size, 128 if about.ip_version == 6 else 32)
    decoder = Decoder(data, size + _SEPARATOR)
    decoded: dict[int, Any] = {}
    for first, last, leaf in _leaves(tree):
        place = leaf - tree.count + size
        if place >= len(data):
            raise maxminddb.InvalidDatabaseError("a network points behind the end of the file")
        if place not in decoded:
            decoded[place] = decoder.decode(place)[0]
        yield first, last, decoded[place]


def _read_tree(data: bytes, count: int, record_size: int, bits: int) -> _Tree:
    nodes = np.frombuffer(data, dtype=np.uint8).reshape(count, record_size // 4).astype(np.uint32)
    if record_size == 28:
        left = (nodes[:, 3] & 0xF0) << 20 | nodes[:, 0] << 16 | nodes[:, 1] << 8 | nodes[:, 2]
        right = (nodes[:, 3] & 0x0F) << 24 | nodes[:, 4] << 16 | nodes[:, 5] << 8 | nodes[:, 6]
    else:
        half = record_size // 8
        left, right = (_big_endian(nodes[:, side : side + half]) for side in (0, half))
    return _Tree(np.ascontiguousarray(left).data, np.ascontiguousarray(right).data, count, bits)


def _big_endian(columns: Any) -> Any:
    number = np.zeros(len(columns), dtype=np.uint32)
    for place in range(columns.shape[1]):
        number = number << np.uint32(8) | columns[:, place]
    return number


def _leaves(tree: _Tree) -> Iterator[tuple[int, int, int]]:
    """First and last address and the tree's number of every leaf that has a record."""
    v4_root = _v4_root(tree)
    waiting = [(0, 0, 0)]
    steps = 0
    while waiting:
        node, depth, prefix = waiting.pop()
        if node == tree.count or (prefix and node == v4_root):
            continue
        if node > tree.count:
            yield (*_span(prefix, depth, tree.bits), node)
            continue
        steps += 1
        if depth >= tree.bits or steps > tree.count:
            raise maxminddb.InvalidDatabaseError("the search tree has a loop")
        waiting.append((tree.right[node], depth + 1, prefix << 1 | 1))
        waiting.append((tree.left[node], depth + 1, prefix << 1))


def _v4_root(tree: _Tree) -> int:
    """The node under which all of IPv4 lies; -1 where there is none of its own."""
    if tree.bits == 32:
        return -1
    node = 0
    for _ in range(_V4_DEPTH):
        if node >= tree.count:
            return -1
        node = tree.left[node]
    return node if node < tree.count else -1


def _span(prefix: int, depth: int, bits: int) -> tuple[int, int]:
    size = 1 << (bits - depth)
    first = prefix << (bits - depth)
    if bits == 32 or (depth >= _V4_DEPTH and first >> 32 == 0):
        return V4_FIRST | first, V4_FIRST | first + size - 1
    return first, first + size - 1
