"""Physical lines of a stream of records, with their numbers, which can be put back and looked at again."""

from __future__ import annotations

from collections import deque
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from leadline.reading.streams import StreamBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 1 << 20
"""Bytes of the longest line or record that is read."""
BOM = b"\xef\xbb\xbf"
_READ = 1 << 20
_AHEAD = 256
"""Lines that are shown at a time."""


class Line(NamedTuple):
    """A physical line without its end."""

    number: int
    raw: bytes
    ended: bool = True
    digest: str = ""
    """SHA-256 of a line that was too long to be held; else empty."""
    broken: bool = False
    """What was left of a line where the stream broke."""


class Lines:
    """Physical lines of a stream; lines can be put back and looked at again."""

    def __init__(self, stream: BinaryIO) -> None:
        self._cut = _cut(stream)
        self._back: deque[Line] = deque()
        self._run: list[bytes] = []
        """Whole lines that follow one another, the next one last."""
        self._number = 0

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        if self._back:
            return self._back.popleft()
        while not self._run:
            found = next(self._cut)
            if isinstance(found, Line):
                return found
            self._number, self._run = found[0], found[1][::-1]
        self._number += 1
        return Line(self._number - 1, self._run.pop())

    def put_back(self, lines: list[Line]) -> None:
        self._back.extendleft(reversed(lines))

    def ahead(self) -> tuple[int, list[bytes]]:
        """Some whole lines that come next, none where there is none at hand, and the number of the first."""
        return (0, []) if self._back else (self._number, self._run[: -_AHEAD - 1 : -1])

    def skip(self, count: int) -> None:
        """Pass over lines that :meth:`ahead` has shown."""
        del self._run[len(self._run) - count :]
        self._number += count


def _cut(stream: BinaryIO) -> Iterator[Line | tuple[int, list[bytes]]]:
    """Lines one by one, or many whole ones with the number of the first where none of them is odd."""
    number, rest = 1, b""
    first = True
    while True:
        chunk, broken = _chunk(stream)
        if first and chunk:
            chunk, first = chunk.removeprefix(BOM), False
        pieces = (rest + chunk).split(b"\n")
        rest = pieces.pop()
        if pieces and len(pieces[0]) <= MAX_LINE:
            yield number, [piece.removesuffix(b"\r") for piece in pieces]
            number += len(pieces)
        else:
            for piece in pieces:
                yield _odd(number, piece)
                number += 1
        if broken:
            yield Line(number, rest, ended=False, broken=True)
            return
        if not chunk:
            if rest:
                yield Line(number, rest, ended=False, digest=_digest_if_long(rest))
            return
        if len(rest) > MAX_LINE:
            kept, digest, rest = _pass_over(stream, rest)
            yield Line(number, kept, digest=digest)
            number += 1


def _chunk(stream: BinaryIO) -> tuple[bytes, bool]:
    try:
        return stream.read(_READ) or b"", False
    except StreamBroken:
        return b"", True


def _odd(number: int, piece: bytes) -> Line:
    raw = piece[:-1] if piece.endswith(b"\r") else piece
    if len(raw) > MAX_LINE:
        return Line(number, raw[:MAX_LINE], digest=sha256(raw).hexdigest())
    return Line(number, raw)


def _digest_if_long(rest: bytes) -> str:
    return sha256(rest).hexdigest() if len(rest) > MAX_LINE else ""


def _pass_over(stream: BinaryIO, beginning: bytes) -> tuple[bytes, str, bytes]:
    """Read to the end of a line that is too long: its beginning, its digest, and what follows it."""
    digest, held = sha256(), beginning
    while True:
        chunk, broken = _chunk(stream)
        place = chunk.find(b"\n")
        if place >= 0 or broken or not chunk:
            line = held + chunk[: max(place, 0)]
            digest.update(line[:-1] if place >= 0 and line.endswith(b"\r") else line)
            return beginning[:MAX_LINE], digest.hexdigest(), chunk[place + 1 :] if place >= 0 else b""
        digest.update(held)
        held = chunk
