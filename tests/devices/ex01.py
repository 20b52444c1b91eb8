"""Writes an Ex01 image (Expert Witness format, version 2) as its published description has it: no free tool does.

A segment is a header and sections, each with its descriptor behind it. Sectors lie in chunks: compressed, as they are
with a checksum, or as a pattern of eight bytes.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEVICE, CASE, SECTORS, TABLE, MD5, SHA1, NEXT, DONE = 1, 2, 3, 4, 8, 9, 13, 15
HASHED, ENCRYPTED = 1, 2
PACKED, SUMMED, PATTERN = 1, 2, 4
SECTOR, CHUNK = 512, 64 * 512


def summed(data: bytes) -> bytes:
    """The data with its checksum behind it."""
    return data + struct.pack("<I", zlib.adler32(data))


def aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


class Segment:
    """One file of an image."""

    def __init__(self, number: int, *, flags: int = HASHED) -> None:
        self.written = bytearray(b"EVF2\r\n\x81\x00\x02\x01" + struct.pack("<HI", 1, number) + bytes(range(16)))
        self._last, self._flags = 0, flags

    def add(self, kind: int, data: bytes = b"") -> None:
        whole = aligned(data)
        digest = hashlib.md5(whole).digest()
        place = (self._last, len(whole), 64, len(whole) - len(data))
        self.written += whole
        self._last = len(self.written)
        self.written += summed(struct.pack("<IIQQII", kind, self._flags if data else 0, *place) + digest + bytes(12))

    def add_chunks(self, first: int, chunks: list[bytes]) -> None:
        """Sectors from chunk number ``first`` on, and the table of where they lie."""
        data, entries = bytearray(), b""
        for chunk in chunks:
            place = len(self.written) + len(data)
            packed = zlib.compress(chunk)
            if chunk == chunk[:8] * (CHUNK // 8):
                entries += chunk[:8] + struct.pack("<II", 0, PACKED | PATTERN)
            elif len(packed) < len(chunk):
                entries += struct.pack("<QII", place, len(packed), PACKED)
                data += aligned(packed)
            else:
                entries += struct.pack("<QII", place, len(chunk) + 4, SUMMED)
                data += aligned(summed(chunk))
        self.add(SECTORS, bytes(data))
        head = summed(struct.pack("<QII", first, len(chunks), 0))
        self.add(TABLE, aligned(head) + summed(entries))


def said(**values: object) -> bytes:
    """A section of text: tags in one line, their values in the next."""
    lines = ("1", "main", "\t".join(values), "\t".join(str(value) for value in values.values()), "", "")
    return zlib.compress(("\ufeff" + "\n".join(lines)).encode("utf-16-le"))


def write_ex01(data: bytes, first: Path, *, segments: int = 1, md5: bytes | None = None, flags: int = HASHED) -> Path:
    """Write ``data`` as ``segments`` files that begin with ``first`` (``….Ex01``); ``md5`` is what it says it has."""
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    share = -(-len(chunks) // segments)
    for number in range(1, segments + 1):
        place = (number - 1) * share
        segment = Segment(number, flags=flags)
        segment.add(DEVICE, said(ts=len(data) // SECTOR, dt="f", bp=SECTOR, ph=1))
        segment.add(CASE, said(tb=len(chunks), cp=1, sb=CHUNK // SECTOR, gr=1))
        segment.add_chunks(place, chunks[place : place + share])
        if number < segments:
            segment.add(NEXT)
        else:
            segment.add(MD5, summed(md5 or hashlib.md5(data).digest()))
            segment.add(SHA1, summed(hashlib.sha1(data).digest()))
            segment.add(DONE)
        first.with_suffix(f".Ex{number:02}").write_bytes(segment.written)
    return first
