"""Perceptual hashes of pictures and key frames, made by a separate limited process: no decoder runs by the evidence."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import leadline
from leadline.reference.hashsets.extras import present
from leadline.stages.devices.decoding import MOST_BYTES, PIECE

if TYPE_CHECKING:
    from types import TracebackType

    from leadline.stages.devices.contract import Readable

_SECONDS = {"picture": 30, "video": 120}
_HASH = re.compile(rb"= ([0-9a-f]{64}) ([0-9]{1,3}) ([0-9]{1,12})\Z", re.ASCII)
_WANTED = re.compile(rb"\? ([0-9]{1,18}) ([0-9]{1,7})\Z", re.ASCII)
_HUNG = "the decoder hung or was stopped"


@dataclass(frozen=True, slots=True)
class Frame:
    """One perceptual hash: of a picture, or of a key frame ``at_ms`` milliseconds into a video."""

    pdq: str
    quality: int
    at_ms: int


def can_hash() -> bool:
    """Whether the libraries of the extra are there."""
    return present("av") and present("pdqhash")


class MediaHasher:
    """Hands files to the process and takes hashes back; a process that hangs or dies is replaced."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._held = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def hash(self, stream: Readable, size: int, *, media: str = "picture") -> tuple[Frame, ...] | str:
        """The hashes of a picture or video of ``size`` bytes, or why there are none.

        ``OSError`` from reading the file passes through.
        """
        if media == "picture" and size > MOST_BYTES:
            return "larger than 64 MiB"
        until = time.monotonic() + _SECONDS[media]
        if not self._put((b"V" if media == "video" else b"P") + size.to_bytes(8, "big")):
            return _HUNG
        found: list[Frame] = []
        try:
            while (line := self._line(until)) is not None and not line.startswith((b".", b"- ")):
                if not self._answered(line, stream, size, found):
                    line = None
                    break
        except OSError:
            self._stop()
            raise
        if line is None:
            self._stop()
            return tuple(found) or _HUNG
        return tuple(found) or line[2:].decode("ascii", "replace").strip()[:80]

    def _answered(self, line: bytes, stream: Readable, size: int, found: list[Frame]) -> bool:
        """Give what the process asks for, or take what it gives; whether it was either."""
        if told := _HASH.match(line):
            found.append(Frame(told[1].decode(), int(told[2]), int(told[3])))
            return True
        wanted = _WANTED.match(line)
        if wanted is None:
            return False
        piece = _piece(stream, int(wanted[1]), min(int(wanted[2]), PIECE, size))
        return self._put(len(piece).to_bytes(8, "big") + piece)

    def _put(self, data: bytes) -> bool:
        process = self._running()
        if process.stdin is None:
            return False
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except OSError:
            self._stop()
            return False
        return True

    def _line(self, until: float) -> bytes | None:
        """The next line of the answer, without its end; None where the process hangs, dies or babbles."""
        process = self._process
        while b"\n" not in self._held:
            if process is None or process.stdout is None or len(self._held) > PIECE:
                return None
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(process.stdout.fileno(), 1 << 16) if ready else b""
            if not piece:
                return None
            self._held += piece
        line, _, self._held = self._held.partition(b"\n")
        return line

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._process is None:
            package = str(Path(leadline.__file__).parent.parent)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "leadline.stages.devices.decoding"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": package, "LANG": "C.UTF-8"},
            )
        return self._process

    def _stop(self) -> None:
        process, self._process, self._held = self._process, None, b""
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        process.wait()


def _piece(stream: Readable, offset: int, length: int) -> bytes:
    stream.seek(offset)
    pieces: list[bytes] = []
    while length > 0 and (piece := stream.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
