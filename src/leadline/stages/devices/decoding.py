"""The process that turns a picture, or the key frames of a video, into perceptual hashes: limited, without files.

It is asked over stdin with one byte (``P`` or ``V``) and eight bytes of length, and answers in lines on stdout. With
``? <offset> <length>`` it asks for bytes of this one file, which come with eight bytes of length before them; with
``= <hash> <quality> <milliseconds>`` it gives a hash; it ends with ``.``, or with ``- <reason>``. Nothing else leaves
it. Run as ``python -m leadline.stages.devices.decoding`` by :mod:`leadline.stages.devices.perceptual`.
"""

from __future__ import annotations

import io
import resource
import signal
import sys
from typing import TYPE_CHECKING, Any

from leadline.reference.hashsets.extras import needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MOST_BYTES = 64 << 20
"""Of a picture."""
MOST_OF_A_VIDEO = 1 << 30
"""Bytes of a video that are read for its key frames."""
MOST_FRAMES = 500
PIECE = 1 << 20
_MOST_PIXELS = 120_000_000
_MOST_MEMORY = 3 << 30
_SIDE = 512
_SECONDS = {b"P": 60, b"V": 180}


class _Asked(io.RawIOBase):
    """The one file that this process may read, piece by piece, from whoever asked."""

    def __init__(self, ask: BinaryIO, answer: BinaryIO, size: int, most: int) -> None:
        self._ask, self._answer, self._size, self._left = ask, answer, size, most
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def read(self, size: int = -1) -> bytes:
        wanted = min(PIECE if size < 0 else size, PIECE, self._size - self._at, self._left)
        if wanted <= 0:
            return b""
        self._answer.write(b"? %d %d\n" % (self._at, wanted))
        self._answer.flush()
        piece = self._ask.read(int.from_bytes(self._ask.read(8), "big"))
        self._at, self._left = self._at + len(piece), self._left - len(piece)
        return piece


def limit_this_process() -> None:
    """No file may be written, no memory beyond the limit taken, no core left behind."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def answers(source: io.RawIOBase, *, video: bool) -> Iterator[str]:
    """The lines of the answer for one file."""
    av = needed("av")
    found = 0
    try:
        with av.open(source, mode="r", buffer_size=PIECE) as container:
            stream = container.streams.video[0]
            stream.thread_count = 1
            if stream.width * stream.height > _MOST_PIXELS:
                yield "- too many pixels"
                return
            for bits, quality, moment in _hashes(container, stream, video=video):
                yield f"= {bits} {quality} {moment}"
                found += 1
    except (OSError, ValueError, IndexError, MemoryError, av.FFmpegError) as error:
        yield "." if found else f"- {type(error).__name__}"
        return
    yield "." if found else "- no frame"


def _hashes(container: Any, stream: Any, *, video: bool) -> Iterator[tuple[str, int, int]]:
    """Hash, quality and moment of the one frame of a picture, or of the key frames of a video, no hash twice."""
    if video:
        stream.codec_context.skip_frame = "NONKEY"
    seen: set[str] = set()
    for frame in container.decode(stream):
        bits, quality = _hash(frame)
        if bits not in seen:
            seen.add(bits)
            yield bits, quality, round(1000 * (frame.time or 0))
        if not video or len(seen) >= MOST_FRAMES:
            return


def _hash(frame: Any) -> tuple[str, int]:
    scale = max(frame.width, frame.height) / _SIDE
    width, height = (max(8, round(side / max(1.0, scale))) for side in (frame.width, frame.height))
    bits, quality = needed("pdqhash").compute(frame.to_ndarray(format="rgb24", width=width, height=height))
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):064x}", int(quality)


def main() -> None:
    """Answer until stdin ends."""
    needed("av"), needed("pdqhash")
    limit_this_process()
    ask, answer = sys.stdin.buffer, sys.stdout.buffer
    while (kind := ask.read(1)) in _SECONDS:
        size = int.from_bytes(ask.read(8), "big")
        signal.alarm(_SECONDS[kind])  # ends this process also where whoever asked is gone
        source = _Asked(ask, answer, size, MOST_OF_A_VIDEO if kind == b"V" else MOST_BYTES)
        for line in answers(source, video=kind == b"V"):
            answer.write(line.encode() + b"\n")
        signal.alarm(0)
        answer.flush()


if __name__ == "__main__":
    main()
