"""Groups of contents that look alike: each member lies near the one that leads its group, and there are no chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadline.stages.matching.near import near_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST, _MOST = 16, 4096
_PAIRS = 4_000_000
"""Pairs that one round can find at most, so that memory stays flat where everything is alike."""


def leaders_of(words: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each hash, of shape (n, 4) in the order in which a person is served: its leader's place, its distance to it.

    The first hash that has no leader leads, and takes along all later ones within the limit that have none. So a
    group never holds two that are further apart than twice the limit, however many lie between.
    """
    leader = np.full(len(words), -1, np.int64)
    distance = np.zeros(len(words), np.int64)
    at = 0
    while len(free := at + np.flatnonzero(leader[at:] < 0)):
        asked = free[: min(_MOST, max(_FEWEST, _PAIRS // len(free)))]
        pairs = near_places(words[asked], words[free])
        for query, place, apart in zip(*(column.tolist() for column in _unsettled(pairs)), strict=True):
            own, other = asked[query], free[place]
            if leader[own] in (-1, own) and leader[other] < 0:
                leader[own], leader[other], distance[other] = own, own, apart
        at = int(asked[-1]) + 1
    return leader, distance


def _unsettled(pairs: tuple[NDArray[np.int64], ...]) -> tuple[NDArray[np.int64], ...]:
    """Each with itself and with later ones; an earlier one leads already."""
    kept = pairs[1] >= pairs[0]
    return tuple(column[kept] for column in pairs)
