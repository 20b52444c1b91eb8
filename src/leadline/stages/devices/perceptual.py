"""Perceptual hashes of pictures, made by a separate limited process, so that no decoder runs where the evidence is."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import leadline
from leadline.reference.hashsets.extras import present
from leadline.stages.devices.decoding import MOST_BYTES

if TYPE_CHECKING:
    from types import TracebackType

    from leadline.stages.devices.contract import Readable

_SECONDS = 30
_ANSWER = re.compile(r"([0-9a-f]{64}) ([0-9]{1,3})\n\Z", re.ASCII)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")


def is_picture(head: bytes) -> bool:
    """Whether the first 16 bytes are those of a still picture."""
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return True
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"avif", b"mif1")


def can_hash() -> bool:
    """Whether the libraries of the extra are there."""
    return present("av") and present("pdqhash")


class PictureHasher:
    """Hands pictures to the process and takes hashes back; a process that hangs or dies is replaced."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def hash(self, stream: Readable) -> tuple[str, int] | str:
        """(hash, quality), or why there is none. ``OSError`` from reading passes through."""
        picture = _whole(stream)
        if picture is None:
            return "larger than 64 MiB"
        process = self._running()
        if process.stdin is None or process.stdout is None:
            return "no process"
        try:
            process.stdin.write(len(picture).to_bytes(8, "big") + picture)
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], _SECONDS)
            line = process.stdout.readline().decode("ascii", "replace") if ready else ""
        except OSError:
            line = ""
        found = _ANSWER.match(line)
        if found:
            return found[1], int(found[2])
        if not line.startswith("- "):
            self._stop()
            return "the decoder hung or was stopped"
        return line[2:].strip()[:80]

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
        process, self._process = self._process, None
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


def _whole(stream: Readable) -> bytes | None:
    pieces: list[bytes] = []
    held = 0
    while piece := stream.read(1 << 20):
        held += len(piece)
        if held > MOST_BYTES:
            return None
        pieces.append(piece)
    return b"".join(pieces)
