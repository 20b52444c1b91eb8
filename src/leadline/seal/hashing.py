"""The digests by which evidence is named: three in one pass over the bytes."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TripleDigest:
    """Three digests of the same bytes in lower-case hexadecimal, and how many bytes there were."""

    md5: str
    sha1: str
    sha256: str
    bytes: int


def triple_hash(stream: BinaryIO, *, sink: BinaryIO | None = None, chunk: int = 1 << 20) -> TripleDigest:
    """Hash everything left in ``stream`` once with MD5, SHA-1 and SHA-256, copying it to ``sink``.

    ``chunk`` is the bytes read at a time; a stream shorter than that is hashed without threads. MD5 alone
    takes about as long as the other two together, so it has a thread of its own: two cores are used in
    full while the caller's thread reads ahead.
    """
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    pieces = _pieces(stream, chunk)
    first = next(pieces, b"")
    _feed(first, (md5, sha1, sha256))
    total = len(first)
    if sink is not None:
        sink.write(first)
    if len(first) == chunk:
        total += _feed_in_parallel(pieces, ((md5,), (sha1, sha256)), sink)
    return TripleDigest(md5.hexdigest(), sha1.hexdigest(), sha256.hexdigest(), total)


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes in lower-case hexadecimal; ``OSError`` when it cannot be read."""
    with path.open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _feed(piece: bytes, hashes: tuple[_Hash, ...]) -> None:
    for one in hashes:
        one.update(piece)


def _feed_in_parallel(pieces: Iterator[bytes], groups: tuple[tuple[_Hash, ...], ...], sink: BinaryIO | None) -> int:
    total = 0
    with ThreadPoolExecutor(len(groups), thread_name_prefix="hash") as pool:
        piece = next(pieces, b"")
        while piece:
            pending = [pool.submit(_feed, piece, group) for group in groups]
            if sink is not None:
                sink.write(piece)
            total += len(piece)
            piece = next(pieces, b"")
            for one in pending:
                one.result()
    return total


def _pieces(stream: BinaryIO, chunk: int) -> Iterator[bytes]:
    """Pieces of exactly ``chunk`` bytes, the last one shorter, even where the stream reads less at a time."""
    while True:
        piece = stream.read(chunk)
        while piece and len(piece) < chunk:
            more = stream.read(chunk - len(piece))
            if not more:
                break
            piece += more
        if not piece:
            return
        yield piece
