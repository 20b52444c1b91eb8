"""Groups of pictures or videos that look alike: each member lies near the one that leads it; there are no chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadline.stages.matching.near import LIMIT, near_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST, _MOST = 16, 4096
_PAIRS = 4_000_000
"""Pairs that one round can find at most, so that memory stays flat where everything is alike."""
SHARE = 80
"""Of a hundred key frames of a video so many must lie near one of the leader's (vPDQ's published threshold)."""
MOST_FRAMES = 400_000
"""Key frames of a class that are compared; their pairs grow with the square."""
_FAR = LIMIT + 1


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


def video_leaders_of(
    words: NDArray[np.uint64], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each video, in the order in which a person is served: its leader's place, and its distance to it.

    ``words`` are all key frames, of shape (n, 4), and ``owner`` says whose each is: 0, 1, 2 … ascending, none left out.
    A video joins the first that leads and has something near for :data:`SHARE` of a hundred of its own key frames;
    so whoever looked at the leader has seen at least as much of each member. The distance is the farthest of those.
    """
    starts = np.searchsorted(owner, np.arange(owner[-1] + 2)) if len(owner) else np.zeros(1, np.int64)
    leader = np.full(len(starts) - 1, -1, np.int64)
    distance = np.zeros(len(leader), np.int64)
    for video in range(len(leader)):
        if leader[video] >= 0:
            continue
        leader[video] = video
        free = starts[video + 1] + np.flatnonzero(leader[owner[starts[video + 1] :]] < 0)
        nearest = _nearest(words[starts[video] : starts[video + 1]], words[free])
        whose = owner[free]
        near = np.bincount(whose[nearest <= LIMIT], minlength=len(leader))
        joined = np.flatnonzero(100 * near >= SHARE * np.maximum(np.diff(starts), 1))
        farthest = np.zeros(len(leader), np.int64)
        np.maximum.at(farthest, whose, np.where(nearest <= LIMIT, nearest, 0))
        leader[joined], distance[joined] = video, farthest[joined]
    return leader, distance


def _nearest(asked: NDArray[np.uint64], frames: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each of ``frames`` the distance to the nearest of ``asked``; beyond the limit only that it is."""
    nearest = np.full(len(frames), _FAR, np.int64)
    step = max(1, _PAIRS // max(1, len(asked)))
    for first in range(0, len(frames), step):
        _, place, apart = near_places(asked, frames[first : first + step])
        np.minimum.at(nearest, first + place, apart)
    return nearest


def _unsettled(pairs: tuple[NDArray[np.int64], ...]) -> tuple[NDArray[np.int64], ...]:
    """Each with itself and with later ones; an earlier one leads already."""
    kept = pairs[1] >= pairs[0]
    return tuple(column[kept] for column in pairs)
