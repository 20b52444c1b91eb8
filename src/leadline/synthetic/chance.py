"""Seeded chance: the same seed gives the same numbers, and no part's draws shift those of another."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_MIX = np.uint64(0x9E3779B97F4A7C15)


def generator(seed: int, part: str) -> np.random.Generator:
    """The stream of one part of the invention."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(part.encode())]))


def quotas(total: int, shares: Sequence[float], *, least: Sequence[int] | int = 0) -> Ints:
    """Whole numbers that add up to ``total``, in proportion to ``shares``, none below its ``least``."""
    floor = np.broadcast_to(np.asarray(least, dtype=np.int64), (len(shares),))
    weights = np.asarray(shares, dtype=np.float64)
    wanted = np.maximum(np.floor(weights / weights.sum() * total).astype(np.int64), floor)
    largest = int(np.argmax(wanted - floor))
    wanted[largest] += total - int(wanted.sum())
    if wanted[largest] < floor[largest]:
        raise ValueError(f"{total} cannot be shared out with at least {floor.tolist()} each")
    return np.asarray(wanted, dtype=np.int64)


def dealt(rng: np.random.Generator, total: int, shares: Sequence[float], *, least: Sequence[int] | int = 0) -> Ints:
    """``total`` numbers of classes, as many of each as its quota, in random order."""
    classes = np.repeat(np.arange(len(shares)), quotas(total, shares, least=least))
    return np.asarray(rng.permutation(classes), dtype=np.int64)


def drawn(rng: np.random.Generator, rows: Ints, tables: npt.NDArray[np.float64]) -> Ints:
    """One class for each row, drawn with the probabilities of line ``rows[i]`` of ``tables``."""
    bounds = np.cumsum(tables / tables.sum(axis=1, keepdims=True), axis=1)
    lot = rng.random(len(rows))
    passed = (lot[:, None] >= bounds[rows]).sum(axis=1)
    return np.asarray(np.minimum(passed, tables.shape[1] - 1), dtype=np.int64)


def mixed(*parts: Ints, below: int) -> Ints:
    """A number below ``below`` for each row, the same wherever the same parts meet."""
    state = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        state = (state ^ part.astype(np.uint64)) * _MIX
        state ^= state >> np.uint64(29)
    return ((state >> np.uint64(11)) % np.uint64(below)).astype(np.int64)


def place_within(groups: Ints) -> Ints:
    """For each row its place, from 0, among the rows of the same group, in the order given."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(groups) else order
    counts = np.diff(np.append(starts, len(groups)))
    places = np.empty(len(groups), dtype=np.int64)
    places[order] = np.arange(len(groups)) - np.repeat(starts, counts)
    return places
