"""A bundle copied file by file into `tmp/`, hashed on the way; what begins like media never touches the disk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from leadline.errors import LeadlineError
from leadline.reading.media import HEAD, media_kind
from leadline.reading.streams import StreamBroken, open_stream
from leadline.seal.hashing import TripleDigest, triple_hash
from leadline.seal.manifest import LeftOut
from leadline.stages.intake.columns import PACKED
from leadline.stages.intake.examination import compression_of
from leadline.stages.intake.member import shown
from leadline.stages.intake.refusal import BundleRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leadline.stages.intake.bundle import Bundle
    from leadline.stages.intake.member import Member


@dataclass(frozen=True)
class Copied:
    """A file of the bundle, copied and hashed. ``media`` says what it is where it was hashed only."""

    path: str
    digest: TripleDigest
    file: Path
    media: str = ""


def copy_member(bundle: Bundle, member: Member, target: Path, *, advance: Callable[[int], None]) -> Copied:
    """Copy one file to ``target``. Its first bytes are looked at first: media are hashed and not written."""
    with bundle.open(member) as raw:
        source = _Watched(raw, advance)
        kind = media_in(source.peek(HEAD), member.path)
        digest = triple_hash(cast(BinaryIO, source)) if kind else _copied(source, target)
    if digest.bytes != member.bytes:
        raise BundleRefused(
            f"had {member.bytes} bytes when the bundle was listed and {digest.bytes} when it was read.",
            code="changed",
            where=shown(member.path),
            advice="Receive it again when nobody writes to it.",
        )
    return Copied(member.path, digest, target, kind)


def _copied(source: _Watched, target: Path) -> TripleDigest:
    try:
        with target.open("xb", buffering=0) as sink:
            return triple_hash(cast(BinaryIO, source), sink=cast(BinaryIO, _Whole(sink)))
    except OSError as error:
        raise LeadlineError(
            f"the copy could not be written: {error.strerror}.",
            where=str(target.parent),
            advice="Free space or repair the disk, then receive again.",
        ) from error


def hash_left_out(bundle: Bundle, member: Member, *, advance: Callable[[int], None]) -> LeftOut:
    """Digest, size and reason of a file that is left out; nothing of it is written."""
    with bundle.open(member) as raw:
        source = _Watched(raw, advance, until_damage=True)
        reason = media_in(source.peek(HEAD), member.path) or "on request"
        digest = triple_hash(cast(BinaryIO, source))
    return LeftOut(member.path, digest.sha256, digest.bytes, source.damage or reason)


def media_in(first_bytes: bytes, path: str) -> str:
    """What a file is by its first bytes, packed or not, where it may not be kept; else empty."""
    compression = compression_of(path, first_bytes)
    if compression in PACKED:
        return ""  # its end says what it holds; the whole file is looked at before anything is kept
    try:
        unpacked = open_stream(io.BytesIO(first_bytes), compression).read(HEAD)
    except StreamBroken:
        return ""
    return media_kind(unpacked, path) or ""


class _Watched(io.RawIOBase):
    """A stream that can be looked ahead into, and that says how far it is read.

    With ``until_damage`` it ends where the bundle is damaged, and ``damage`` says so.
    """

    def __init__(self, raw: BinaryIO, advance: Callable[[int], None], *, until_damage: bool = False) -> None:
        super().__init__()
        self._raw = raw
        self._advance = advance
        self._until_damage = until_damage
        self._ahead = b""
        self.damage = ""

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end; they are read again afterwards."""
        while len(self._ahead) < size and (piece := self._next(size - len(self._ahead))):
            self._ahead += piece
        return self._ahead

    def read(self, size: int = -1) -> bytes:
        if self._ahead:
            piece = self._ahead[:size] if size >= 0 else self._ahead
            self._ahead = self._ahead[len(piece) :]
        else:
            piece = self._next(size)
        self._advance(len(piece))
        return piece

    def _next(self, size: int) -> bytes:
        try:
            return b"" if self.damage else self._raw.read(size) or b""
        except BundleRefused as broken:
            if not self._until_damage:
                raise
            self.damage = broken.message
            return b""


class _Whole(io.RawIOBase):
    """A sink that writes all of what it is given, as an unbuffered file may not."""

    def __init__(self, sink: io.FileIO) -> None:
        super().__init__()
        self._sink = sink

    def write(self, data: bytes) -> int:  # type: ignore[override]
        view = memoryview(data)
        while view:
            view = view[self._sink.write(view) or 0 :]
        return len(data)
