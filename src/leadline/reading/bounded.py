"""A stream that refuses to feed one record more than a record may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.errors import InputRefused

if TYPE_CHECKING:
    from typing import BinaryIO

_MOST = 16 << 20


class Bounded:
    """Reads from ``stream``; whoever takes records calls :meth:`taken` after each.

    A single record of more than ``most`` bytes is an attack on memory, or no such file: :class:`InputRefused`.
    """

    def __init__(self, stream: BinaryIO, *, where: str, most: int = _MOST) -> None:
        self._stream, self._where, self._most = stream, where, most
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes."""
        piece = self._stream.read(min(size, 1 << 16) if size >= 0 else 1 << 16)
        self._since += len(piece)
        if self._since > self._most:
            raise InputRefused(
                f"one record is longer than {self._most >> 20} MiB.",
                where=self._where,
                advice="This is no hash set that can be read; ask the sender for a sound file.",
            )
        return piece

    def taken(self) -> None:
        """A record came out whole."""
        self._since = 0
