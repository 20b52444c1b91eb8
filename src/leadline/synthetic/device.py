"""Invents a small device of one account: objects of the cache, copies, files that nothing lists, and empty ones."""

from __future__ import annotations

import struct
import zlib
from random import Random
from typing import TYPE_CHECKING

from leadline.synthetic.collection import contents

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_SIDE = 64


def invent_device(folder: Path, *, seed: int, objects: int, opened: Collection[str], others: Collection[str]) -> Path:
    """Write the device into ``folder``, which must not be there yet, and return it.

    ``objects`` is how many the tip's cache has; ``opened`` and ``others`` are SHA-256 of those that the account
    opened and of some that it did not. Pictures are noise, and everything else is a line of text.
    """
    chance = Random(seed)  # noqa: S311  invented data, the same for the same seed
    wanted = contents(seed, objects, {*opened, *others})
    for number, digest in enumerate(sorted(wanted)):
        _put(folder / "storage" / f"item-{number:03}.bin", wanted[digest])
        if digest in opened and number % 3 == 0:
            _put(folder / "backup" / f"copy-{number:03}.bin", wanted[digest])
    for number in range(4):
        _put(folder / "storage" / f"noise-{number}.png", _noise(chance))
    _put(folder / "backup" / "noise-copy.png", (folder / "storage" / "noise-0.png").read_bytes())
    for number in range(12):
        _put(folder / "notes" / f"note-{number:02}.txt", f"invented note {seed}/{number}".encode())
    _put(folder / "notes" / "empty.txt", b"")
    return folder


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _noise(chance: Random) -> bytes:
    """A grey picture of noise, as PNG."""
    rows = b"".join(b"\x00" + chance.randbytes(_SIDE) for _ in range(_SIDE))
    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(kind, data) for kind, data in parts)


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
