"""IPv4 addresses in dotted form, many at a time: from text to numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

WIDTH = 16
"""Bytes of each text that are looked at: one more than the longest has."""
_PLACES = np.arange(WIDTH, dtype=np.uint8)[:, None]


def dotted_numbers(texts: npt.NDArray[np.uint8], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The number of each text that is an IPv4 address without leading zeros; -1 for any other.

    ``texts`` has a row of :data:`WIDTH` bytes for each text, which takes the first ``lengths`` bytes of it.
    """
    codes = np.ascontiguousarray(texts.T)
    inside = np.minimum(lengths, WIDTH).astype(np.uint8) > _PLACES
    figures = codes - np.uint8(ord("0"))
    digit, dot = (figures < 10) & inside, (codes == ord(".")) & inside
    begins = np.concatenate([np.ones((1, len(texts)), dtype=bool), dot[:-1]])
    good = (lengths >= 7) & (lengths < WIDTH) & ~(inside & ~digit & ~dot).any(axis=0)
    good &= (dot.sum(axis=0, dtype=np.uint8) == 3) & ~(begins & dot).any(axis=0)
    good &= ~(dot[:-1] & ~inside[1:]).any(axis=0)
    leading = (figures[:-1] == 0) & begins[:-1] & digit[1:]
    good &= ~leading.any(axis=0)
    number, fits = _numbers(figures, digit, dot)
    return np.where(good & fits, number, -1)


def _numbers(
    figures: npt.NDArray[np.uint8], digit: npt.NDArray[np.bool_], dot: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """What the parts make together, and whether each part is below 256."""
    count = figures.shape[1]
    number, part, fits = np.zeros(count, dtype=np.uint32), np.zeros(count, dtype=np.uint16), np.ones(count, dtype=bool)
    for place in range(WIDTH):
        part = np.where(digit[place], part * np.uint16(10) + figures[place], part)
        fits &= part < 256
        number = np.where(dot[place], number << np.uint32(8) | part, number)
        part = np.where(dot[place], np.uint16(0), part)
    return (number << np.uint32(8) | part).astype(np.int64), fits
