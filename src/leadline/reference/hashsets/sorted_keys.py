"""Keyed digests in sorted order, in two files: the one is mapped, and of the other only hits are read.

``keys.bin`` has the first eight bytes of each keyed digest as a 64-bit number, ``rows.bin`` the other eight with the
item, the category and which digests the record has (:data:`ROW`). Both are ordered by algorithm, then by keyed digest;
``set.json`` says how many there are of each algorithm. All numbers are little-endian.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    Octets = NDArray[np.uint8]
    Ints = NDArray[np.int64]

KEYS, ROWS = "keys.bin", "rows.bin"
ROW = np.dtype([("rest", "<u8"), ("item", "<i8"), ("category", "<i4"), ("has", "<u4")])
HAS = {"has_md5": 1, "has_sha1": 2, "has_sha256": 4}
"""Column → its bit in ``has``."""


def write_sorted(folder: Path, batches: Iterable[pa.RecordBatch]) -> dict[int, int]:
    """Write both files from batches in their final order (schema: `writing.DIGEST`); how many of each algorithm."""
    counts: dict[int, int] = {}
    with (folder / KEYS).open("wb") as keys, (folder / ROWS).open("wb") as rows:
        for batch in batches:
            first, rest = halves(octets_of(batch.column("keyed")))
            row = np.empty(batch.num_rows, ROW)
            row["rest"] = rest
            row["item"], row["category"] = (batch.column(name).to_numpy() for name in ("item", "category"))
            has = [batch.column(name).to_numpy(zero_copy_only=False) * bit for name, bit in HAS.items()]
            row["has"] = np.sum(has, axis=0, dtype=np.uint32)
            keys.write(first.astype("<u8").tobytes())
            rows.write(row.tobytes())
            numbers, found = np.unique(batch.column("algorithm").to_numpy(), return_counts=True)
            for number, count in zip(numbers.tolist(), found.tolist(), strict=True):
                counts[number] = counts.get(number, 0) + count
    return counts


def octets_of(column: pa.Array) -> Octets:
    """A column of binaries of 16 bytes each as rows of bytes."""
    import pyarrow as pa

    fixed = column.cast(pa.binary(16))
    raw = np.frombuffer(fixed.buffers()[1] or b"", np.uint8)
    return raw[fixed.offset * 16 : (fixed.offset + len(fixed)) * 16].reshape(-1, 16)


def halves(keyed: Octets) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Keyed digests of shape (n, 16) as two numbers each, ordered as the bytes are."""
    words = np.ascontiguousarray(keyed).view(">u8").astype(np.uint64).reshape(-1, 2)
    return np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])


def find(folder: Path, start: int, count: int, keyed: Octets) -> tuple[Ints, NDArray[np.void]]:
    """Which of ``keyed`` stand in the section of ``count`` rows from ``start`` on, and the rows; one pair a hit."""
    if not count or not len(keyed):
        return np.empty(0, np.int64), np.empty(0, ROW)
    keys = np.memmap(folder / KEYS, "<u8", "r")[start : start + count]
    first, rest = halves(keyed)
    order = np.argsort(first, kind="stable")
    begin = np.searchsorted(keys, first[order])
    near = np.flatnonzero(keys[np.minimum(begin, count - 1)] == first[order])
    end = np.searchsorted(keys, first[order[near]], side="right")
    spans = np.maximum(end - begin[near], 0)
    asked = np.repeat(order[near], spans)
    found = _rows_at(folder / ROWS, start + begin[near], spans)
    equal = found["rest"] == rest[asked]
    return asked[equal], found[equal]


def _rows_at(path: Path, begin: Ints, spans: Ints) -> NDArray[np.void]:
    """So many rows from each place on. Read and not mapped: a map would count whole pages, or more, for each row."""
    with path.open("rb") as stream:
        at = stream.fileno()
        places = zip(begin.tolist(), spans.tolist(), strict=True)
        whole = b"".join(os.pread(at, ROW.itemsize * span, ROW.itemsize * place) for place, span in places)
    return np.frombuffer(whole, ROW)
