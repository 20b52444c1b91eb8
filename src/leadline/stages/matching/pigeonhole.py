"""Pairs of near hashes found through their chunks: no pair within the limit can be missed, and most are never compared.

A hash of 256 bits is cut into twelve chunks. Two hashes that differ in at most 35 bits differ in at most two bits of
at least one chunk, because twelve chunks with three or more would make 36. So whatever lies near a hash stands among
the hashes that share a chunk with it up to two bits; those are compared whole, and nothing is reported unseen.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

WIDEST = 35
"""The largest limit for which the argument above holds."""
_BITS = (22, 21, 21)
"""Three chunks of each of the four words."""
_QUERIES = 4096
_AT_A_TIME = 4_000_000
_DEAREST = 16
"""Comparisons by chunks cost more each; beyond a sixteenth of all pairs the plain way is quicker."""


def near_by_chunks(
    queries: NDArray[np.uint64], known: NDArray[np.uint64], *, limit: int
) -> tuple[Ints, Ints, Ints] | None:
    """Places in ``queries``, places in ``known`` and distances of all pairs within ``limit``, in this order.

    None where so many hashes share chunks that comparing all pairs is quicker.
    """
    left = int(len(queries) * len(known) / _DEAREST)
    found: list[NDArray[np.int64]] = []
    for chunk in range(4 * len(_BITS)):
        wanted, bits = _chunk(queries, chunk)
        order, starts = _table(*_chunk(known, chunk))
        masks = _masks(bits)
        for first in range(0, len(queries), _QUERIES):
            probes = (wanted[first : first + _QUERIES, None] ^ masks[None, :]).ravel()
            begin, count = starts[probes], starts[probes + 1] - starts[probes]
            left -= int(count.sum())
            if left < 0:
                return None
            found += _settled(queries, known, first, len(masks), order, begin, count, limit)
    pairs = np.unique(np.concatenate(found, axis=1), axis=1) if found else np.empty((3, 0), np.int64)
    return pairs[0], pairs[1], pairs[2]


def _chunk(words: NDArray[np.uint64], chunk: int) -> tuple[Ints, int]:
    """The chunk's value in each hash, and how many bits it has."""
    word, part = divmod(chunk, len(_BITS))
    shift, bits = sum(_BITS[:part]), _BITS[part]
    values = (words[:, word] >> np.uint64(shift)) & np.uint64((1 << bits) - 1)
    return values.astype(np.int64), bits


def _table(values: Ints, bits: int) -> tuple[Ints, Ints]:
    """Places ordered by value, and for each value where its places begin; one more at the end."""
    counts = np.bincount(values, minlength=1 << bits)
    starts = np.zeros((1 << bits) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return np.argsort(values, kind="stable"), starts


def _masks(bits: int) -> Ints:
    """All ways to change at most two bits of a chunk."""
    ways = [0, *(1 << at for at in range(bits)), *((1 << a) | (1 << b) for a, b in combinations(range(bits), 2))]
    return np.array(ways, np.int64)


def _settled(
    queries: NDArray[np.uint64],
    known: NDArray[np.uint64],
    first: int,
    masks: int,
    order: Ints,
    begin: Ints,
    count: Ints,
    limit: int,
) -> Iterator[NDArray[np.int64]]:
    """The pairs among those that share a chunk that are within the limit, a slice of them at a time."""
    hit = np.flatnonzero(count)
    ends = np.cumsum(count[hit])
    whole = int(ends[-1]) if len(ends) else 0
    for start in range(0, whole, _AT_A_TIME):
        place = np.arange(start, min(start + _AT_A_TIME, whole))
        probe = np.searchsorted(ends, place, side="right")
        inside = place - (ends[probe] - count[hit[probe]])
        query = first + hit[probe] // masks
        other = order[begin[hit[probe]] + inside]
        apart = np.bitwise_count(queries[query] ^ known[other]).sum(axis=1, dtype=np.int64)
        near = apart <= limit
        if near.any():
            yield np.stack([query[near], other[near], apart[near]])
