"""Compressed evidence as plain streams that give every byte that can be read before they report damage."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

import zstandard
from isal import igzip_lib

from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Compression = Literal["plain", "gz", "zst", "parquet", "xlsx"]

MAX_RATIO = 200
"""More unpacked bytes than this for one packed byte is no log: it is made to fill a disk."""
RATIO_FREE = 1 << 20
"""Unpacked bytes of a member of an archive up to which no ratio is too high."""
STREAM_RATIO_FREE = 1 << 30
"""The same for a compressed log: repetitive logs pack well, and nothing unpacked is stored."""

_GZ_MAGIC = b"\x1f\x8b"
_ZST_MAGIC = b"\x28\xb5\x2f\xfd"
_READ = 1 << 17
_STEP = 1 << 16
_SMALL_STEP = 512
_DEFLATE_MOST = 1032
"""Deflate makes at most so many bytes of one."""
_MAX_WINDOW = 1 << 27
_MAX_BLOCK = 1 << 17
_DAMAGED = cast("type[Exception]", igzip_lib.IsalError)
_ADVICE = "Ask the provider for the file again, or receive with --as-is to seal it with its fault."


class StreamBroken(LeadlineError):
    """A compressed stream is damaged or ends early; what could be read before has been given out."""

    exit_code = 3


@dataclass(frozen=True)
class Walked:
    """A stream read to its end: its unpacked ``bytes``, what was wrong (``fault``), whether it is ``too_dense``."""

    bytes: int
    fault: str = ""
    too_dense: bool = False


def detect_compression(first_bytes: bytes) -> Compression:
    """What the first four bytes say; anything unknown is plain."""
    if first_bytes.startswith(b"PAR1"):
        return "parquet"
    if first_bytes.startswith(_GZ_MAGIC):
        return "gz"
    if first_bytes.startswith(_ZST_MAGIC) or _is_skippable(first_bytes[:4]):
        return "zst"
    return "plain"


def open_stream(raw: BinaryIO, compression: Compression | str) -> BinaryIO:
    """The unpacked bytes of ``raw``; ``read(n)`` gives n bytes unless the stream ends there.

    Damage raises :class:`StreamBroken` once, after all bytes that could be read before it. Several gzip
    members or zstd frames are one stream; zero bytes after the last gzip member are padding, anything else
    there is damage. Closing the stream closes ``raw``.
    """
    if compression == "plain":
        return raw
    return cast(BinaryIO, _Unpacked(raw, _pieces(raw, compression)))


def _pieces(raw: BinaryIO, compression: Compression | str) -> Iterator[bytes]:
    if compression == "parquet":
        from leadline.reading.parquet import parquet_pieces

        return parquet_pieces(raw)
    if compression == "xlsx":
        from leadline.reading.workbook import workbook_pieces

        return workbook_pieces(raw)
    return _gz_pieces(raw) if compression == "gz" else _zst_pieces(raw)


def walk_stream(
    raw: BinaryIO, compression: Compression | str, *, stored: int, see: Callable[[bytes], None], chunk: int = 1 << 20
) -> Walked:
    """Read a stream to its end and show each chunk to ``see``.

    ``stored`` is the size of the packed stream in bytes: reading stops as soon as more than
    :data:`MAX_RATIO` times that has come out.
    """
    stream = open_stream(raw, compression)
    most = max(STREAM_RATIO_FREE, stored * MAX_RATIO)
    total = 0
    try:
        while piece := stream.read(chunk):
            total += len(piece)
            if compression != "plain" and total > most:
                return Walked(total, too_dense=True)
            see(piece)
    except StreamBroken as broken:
        return Walked(total, fault=broken.message)
    return Walked(total)


class _Unpacked(io.RawIOBase):
    """A read-only stream over a generator of pieces; a fault waits until everything before it is read."""

    def __init__(self, raw: BinaryIO, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._raw = raw
        self._pieces = pieces
        self._held = b""
        self._at = 0
        self._fault: StreamBroken | None = None

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        missing = size
        while missing and self._more():
            part = self._held[self._at :] if missing < 0 else self._held[self._at : self._at + missing]
            self._at += len(part)
            missing -= len(part) if missing > 0 else 0
            parts.append(part)
        if self._fault and not parts and size:
            raise self._fault
        return b"".join(parts)

    def _more(self) -> bool:
        """Whether there is a byte to give out."""
        if self._at == len(self._held):
            self._held, self._at = self._next(), 0
        return bool(self._held)

    def _next(self) -> bytes:
        if self._fault:
            return b""
        try:
            return next(self._pieces, b"")
        except StreamBroken as fault:
            self._fault = fault
            return b""


# --- gzip ------------------------------------------------------------------------------------------------


def _gz_pieces(raw: BinaryIO) -> Iterator[bytes]:
    source = _Source(raw)
    if not source.ahead():
        raise _broken("the gzip stream is empty")
    while source.ahead():
        yield from _gz_member(source)
        source.skip_zeros()
        if source.ahead() and not source.begins(_GZ_MAGIC):
            raise _broken("after the end of the gzip stream stand bytes that are none")


def _gz_member(source: _Source) -> Iterator[bytes]:
    start, given = source.offset, 0
    unpacker = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    while not unpacker.eof:
        packed = source.take() if unpacker.needs_input else b""
        if unpacker.needs_input and not packed:
            yield from _salvaged(source.raw, start, given)
            raise _broken("the gzip stream ends early")
        try:
            piece = unpacker.decompress(packed, max_length=_STEP)
        except _DAMAGED as error:
            yield from _salvaged(source.raw, start, given)
            raise _broken(f"the gzip stream is damaged ({error})") from error
        given += len(piece)
        if piece:
            yield piece
    source.give_back(unpacker.unused_data)


def _salvaged(raw: BinaryIO, start: int, given: int) -> Iterator[bytes]:
    """What zlib can still read of a damaged member from its byte ``given`` on, to the last byte.

    The fast unpacker drops what it had unpacked in the call that fails, and what it could not yet be sure of at a
    cut: at most one step. zlib is fed a byte at a time there, so that no byte shares a call with the damage.
    """
    if not raw.seekable():
        return
    raw.seek(start)
    unpacker, seen = zlib.decompressobj(wbits=31), 0
    while (packed := raw.read(_SMALL_STEP)) and not unpacker.eof and seen <= given + _STEP:
        far = seen + _SMALL_STEP * _DEFLATE_MOST <= given
        for piece in [packed] if far else map(bytes, zip(packed, strict=True)):
            try:
                unpacked = unpacker.decompress(piece)
            except zlib.error:
                return
            seen += len(unpacked)
            if seen > given and unpacked:
                yield unpacked[max(0, len(unpacked) - (seen - given)) :]


class _Source:
    """Packed bytes with a place to give back what a member did not need."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self._held = b""
        self._at = 0
        self._read = raw.tell() if raw.seekable() else 0

    @property
    def offset(self) -> int:
        """Where in ``raw`` the next byte lies."""
        return self._read - len(self._held) + self._at

    def ahead(self) -> bool:
        """Whether there is a next byte."""
        if self._at == len(self._held):
            self._held, self._at = self.raw.read(_READ) or b"", 0
            self._read += len(self._held)
        return self._at < len(self._held)

    def begins(self, magic: bytes) -> bool:
        """Whether the bytes at hand begin with ``magic``, as far as they go."""
        return magic.startswith(self._held[self._at : self._at + len(magic)])

    def take(self) -> bytes:
        """All bytes at hand; empty only at the end."""
        self.ahead()
        taken, self._at = self._held[self._at :], len(self._held)
        return taken

    def give_back(self, unused: bytes) -> None:
        """Return the end of what was taken last."""
        self._at -= len(unused)

    def skip_zeros(self) -> None:
        while self.ahead():
            rest = len(self._held[self._at :].lstrip(b"\0"))
            self._at = len(self._held) - rest
            if rest:
                return

    def exactly(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        parts: list[bytes] = []
        while size and self.ahead():
            part = self._held[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)


# --- zstd ------------------------------------------------------------------------------------------------


def _zst_pieces(raw: BinaryIO) -> Iterator[bytes]:
    """Unpack block by block (RFC 8878 §3.1), so that no call gives more than 128 KiB and no cut goes unseen."""
    source = _Source(raw)
    if not source.ahead():
        raise _broken("the zstd stream is empty")
    while source.ahead():
        magic = source.exactly(4)
        if _is_skippable(magic):
            _skip(source, int.from_bytes(_needed(source, 4), "little"))
        elif magic == _ZST_MAGIC:
            yield from _zst_frame(source)
        elif len(magic) < 4:
            raise _broken("the zstd stream ends early")
        else:
            raise _broken("after the end of a zstd frame stand bytes that are none")


def _zst_frame(source: _Source) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()
    for packed in _frame_parts(source):
        try:
            piece = unpacker.decompress(packed)
        except zstandard.ZstdError as error:
            raise _broken(f"the zstd stream is damaged ({error})") from error
        if piece:
            yield piece


def _frame_parts(source: _Source) -> Iterator[bytes]:
    """A frame in the parts that a decoder can take one by one: header, each block, checksum."""
    described = _needed(source, 1)
    flags = described[0]
    single = flags & 0x20
    identifier = (0, 1, 2, 4)[flags & 3]
    size = (1 if single else 0, 2, 4, 8)[flags >> 6]
    yield _ZST_MAGIC + described + _needed(source, (0 if single else 1) + identifier + size)
    last = False
    while not last:
        header = _needed(source, 3)
        word = int.from_bytes(header, "little")
        last, kind, length = bool(word & 1), word >> 1 & 3, word >> 3
        if length > _MAX_BLOCK:
            raise _broken("the zstd stream is damaged (a block larger than blocks can be)")
        yield header + _needed(source, 1 if kind == 1 else length)
    if flags & 4:
        yield _needed(source, 4)


def _skip(source: _Source, size: int) -> None:
    while size:
        size -= len(_needed(source, min(size, _READ)))


def _needed(source: _Source, size: int) -> bytes:
    data = source.exactly(size)
    if len(data) < size:
        raise _broken("the zstd stream ends early")
    return data


def _is_skippable(magic: bytes) -> bool:
    return len(magic) == 4 and magic[1:] == b"\x2a\x4d\x18" and 0x50 <= magic[0] <= 0x5F


def _broken(what: str) -> StreamBroken:
    return StreamBroken(f"{what}.", advice=_ADVICE)
