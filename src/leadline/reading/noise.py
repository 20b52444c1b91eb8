"""Noise among text: bytes that are compressed, encrypted or pixels, told from letters in whatever encoding."""

from __future__ import annotations

import numpy as np

WINDOW = 1024
"""So many bytes are looked at together."""
_CONTROL = bytes([*range(1, 9), *range(14, 27), *range(28, 32), 127])
"""Control characters that no text has; NUL stands in logs that a crash left."""


def odd_bytes(data: bytes) -> int:
    """Control characters, NUL, and bytes that are no UTF-8."""
    controls = len(data) - len(data.translate(None, _CONTROL + b"\0"))
    return controls + (0 if data.isascii() else data.decode("utf-8", "replace").count("�"))


def is_noise(window: bytes) -> bool:
    """Whether bytes look compressed, encrypted or like pixels: bytes of every kind, where text has letters.

    Text in an old encoding has as many bytes that are no UTF-8, and no control characters among them.
    """
    if len(window) < 32 or window.isascii():
        return False
    controls = len(window) - len(window.translate(None, _CONTROL))
    if controls * 40 < len(window):
        return False
    odd = odd_bytes(window)
    return odd * 4 >= len(window) if controls * 20 >= len(window) else odd * 5 >= 2 * len(window)


def windows(data: bytes) -> list[bytes]:
    """The bytes cut into pieces of :data:`WINDOW`."""
    return [data[start : start + WINDOW] for start in range(0, len(data), WINDOW)]


def count_controls(text: bytes) -> int:
    """Control characters that no text has, and NULs, counted by comparisons of many bytes at a time."""
    held = np.frombuffer(text, dtype=np.uint8)
    low = np.count_nonzero(held < 9) + np.count_nonzero(held - np.uint8(14) < 18)
    return int(low - np.count_nonzero(held == 27) + np.count_nonzero(held == 127))
