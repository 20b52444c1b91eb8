"""The process that turns one picture into one perceptual hash: limited, without files, and nothing else leaves it.

Asks and answers go over stdin and stdout: eight bytes of length and the picture; back a line, ``<hash> <quality>``
or ``- <reason>``. Run as ``python -m leadline.stages.devices.decoding`` by :mod:`leadline.stages.devices.perceptual`.
"""

from __future__ import annotations

import io
import resource
import signal
import sys

from leadline.reference.hashsets.extras import needed

MOST_BYTES = 64 << 20
_MOST_PIXELS = 120_000_000
_MOST_MEMORY = 3 << 30
_SIDE = 512
_SECONDS = 60


def limit_this_process() -> None:
    """No file may be written, no memory beyond the limit taken, no core left behind."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def perceptual_hash(picture: bytes) -> str:
    """The answer's line for one picture."""
    av, pdqhash = needed("av"), needed("pdqhash")
    try:
        with av.open(io.BytesIO(picture), mode="r") as container:
            stream = container.streams.video[0]
            stream.thread_count = 1
            if stream.width * stream.height > _MOST_PIXELS:
                return "- too many pixels"
            frame = next(container.decode(stream))
            scale = max(frame.width, frame.height) / _SIDE
            width, height = (max(8, round(side / max(1.0, scale))) for side in (frame.width, frame.height))
            pixels = frame.to_ndarray(format="rgb24", width=width, height=height)
    except (OSError, ValueError, IndexError, StopIteration, MemoryError, av.FFmpegError) as error:
        return f"- {type(error).__name__}"
    bits, quality = pdqhash.compute(pixels)
    number = int("".join("1" if bit else "0" for bit in bits), 2)
    return f"{number:064x} {int(quality)}"


def main() -> None:
    """Answer until stdin ends."""
    needed("av"), needed("pdqhash")
    limit_this_process()
    ask, answer = sys.stdin.buffer, sys.stdout.buffer
    while len(length := ask.read(8)) == 8:
        picture = ask.read(int.from_bytes(length, "big"))
        signal.alarm(_SECONDS)  # ends this process also where whoever asked is gone
        answer.write(perceptual_hash(picture).encode() + b"\n")
        signal.alarm(0)
        answer.flush()


if __name__ == "__main__":
    main()
