"""Perceptual hashes within a distance of one another, found exactly: none missed, none too many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from leadline.stages.matching.pigeonhole import WIDEST, near_by_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

LIMIT = 31
"""Bits of 256 in which two hashes of one picture may differ (published threshold)."""
LEAST_QUALITY = 50
"""Below this quality a hash says nothing (published threshold)."""
_QUERIES = 16
_KNOWN = 4096
_THREADS = 2
_MANY = 1 << 28
"""Pairs from which on chunks are quicker: their tables have a fixed price."""
_NONE: Ints = np.empty(0, np.int64)


def words_of(hashes: Iterable[str]) -> NDArray[np.uint64]:
    """Hashes of 64 hexadecimal digits as an array of four 64-bit words each."""
    raw = np.frombuffer(b"".join(bytes.fromhex(one) for one in hashes), dtype=">u8")
    return raw.astype(np.uint64).reshape(-1, 4)


def near_pairs(
    queries: NDArray[np.uint64], known: NDArray[np.uint64], *, limit: int = LIMIT
) -> list[tuple[int, int, int]]:
    """All pairs (place in ``queries``, place in ``known``, distance) within ``limit`` bits, in this order.

    Both are arrays of shape (n, 4).
    """
    columns = near_places(queries, known, limit=limit)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def near_places(queries: NDArray[np.uint64], known: NDArray[np.uint64], *, limit: int = LIMIT) -> tuple[Ints, ...]:
    """The same as three arrays. Many pairs are found through chunks that near hashes share, few by comparing all."""
    if len(queries) * len(known) >= _MANY and limit <= WIDEST:
        found = near_by_chunks(queries, known, limit=limit)
        if found is not None:
            return found
    return compared(queries, known, limit=limit)


def compared(queries: NDArray[np.uint64], known: NDArray[np.uint64], *, limit: int) -> tuple[Ints, ...]:
    """Every pair compared. A distance over half of the words that is beyond the limit settles a pair, because the
    other half can only add to it."""
    half = len(known) // _THREADS + 1
    spans = [(start, min(start + half, len(known))) for start in range(0, len(known), half)]
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="near") as pool:
        halves = pool.map(lambda span: _within(queries, known, *span, limit=limit), spans)
        parts = [part for found in halves for part in found]
    columns = tuple(np.concatenate([_NONE, *(part[at] for part in parts)]) for at in range(3))
    order = np.lexsort((columns[1], columns[0]))
    return tuple(column[order] for column in columns)


def _within(
    queries: NDArray[np.uint64], known: NDArray[np.uint64], start: int, end: int, *, limit: int
) -> list[tuple[Ints, Ints, Ints]]:
    columns = [np.ascontiguousarray(known[start:end, word]) for word in range(2)]
    room = np.empty((_QUERIES, _KNOWN), np.uint64)
    counts = np.empty((2, _QUERIES, _KNOWN), np.uint8)
    found: list[tuple[Ints, Ints, Ints]] = []
    for at in range(0, end - start, _KNOWN):
        block = [column[at : at + _KNOWN] for column in columns]
        for first in range(0, len(queries), _QUERIES):
            some = queries[first : first + _QUERIES]
            shape = (slice(len(some)), slice(len(block[0])))
            for word in range(2):
                np.bitwise_xor(some[:, word, None], block[word][None, :], out=room[shape])
                np.bitwise_count(room[shape], out=counts[word][shape])
            np.add(counts[0][shape], counts[1][shape], out=counts[0][shape])
            if int(counts[0][shape].min(initial=255)) <= limit:
                found.append(_settled(some, known, counts[0][shape], first, start + at, limit=limit))
    return found


def _settled(
    some: NDArray[np.uint64], known: NDArray[np.uint64], half: NDArray[np.uint8], first: int, at: int, *, limit: int
) -> tuple[Ints, Ints, Ints]:
    rows, columns = np.nonzero(half <= limit)
    whole = np.bitwise_count(some[rows] ^ known[at + columns]).sum(axis=1, dtype=np.int64)
    near = whole <= limit
    return rows[near] + first, columns[near] + at, whole[near]
