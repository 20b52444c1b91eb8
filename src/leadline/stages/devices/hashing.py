"""Digests of a stream of items, several at a time where the source allows it, always in the items' order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.seal.hashing import TripleDigest, triple_hash
from leadline.stages.devices.telling import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from leadline.stages.devices.contract import Item, Readable

_WHOLE = 4 << 20
"""Files up to this size are hashed by one thread each, larger ones by two."""
_PACK_ITEMS = 64
_PACK_BYTES = 4 << 20
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Hashed:
    """An item with what its content gave: digests, or the problem that kept it from being read."""

    item: Item
    digest: TripleDigest | None
    head: bytes
    """The first bytes, by which pictures and videos are told."""
    problem: str


def hash_items(items: Iterable[Item], *, parallel: bool, threads: int = 2) -> Iterator[Hashed]:
    """Each item hashed, in order. Items without content to open pass through with the digests they came with."""
    if not parallel:
        yield from (_hashed(item) for item in items)
        return
    pending: deque[Future[list[Hashed]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="examine") as pool:
        for pack in _packs(items):
            pending.append(pool.submit(_hash_pack, pack))
            if len(pending) >= threads * _AHEAD:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def _packs(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Small files go together, because handing over a file costs more than hashing it."""
    pack: list[Item] = []
    held = 0
    for item in items:
        pack.append(item)
        held += item.size or 0
        if len(pack) >= _PACK_ITEMS or held >= _PACK_BYTES:
            yield pack
            pack, held = [], 0
    if pack:
        yield pack


def _hash_pack(pack: list[Item]) -> list[Hashed]:
    return [_hashed(item) for item in pack]


def _hashed(item: Item) -> Hashed:
    if item.problem or item.opened is None:
        return Hashed(item, None, b"", item.problem)
    try:
        with item.opened() as stream:
            peeking = _Peeking(stream)
            chunk = _WHOLE if item.size is None else min(_WHOLE, item.size + 1)
            digest = triple_hash(peeking, chunk=chunk)  # type: ignore[arg-type]  # only read() is used
    except (OSError, OverflowError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error).split("\n")[0]
        return Hashed(item, None, b"", f"cannot be read: {reason}"[:200])
    return Hashed(item, digest, peeking.head, "")


class _Peeking:
    """Passes reads through and keeps the first bytes."""

    __slots__ = ("_read", "head")

    def __init__(self, stream: Readable) -> None:
        self._read = stream.read
        self.head = b""

    def read(self, size: int) -> bytes:
        piece = self._read(size)
        if not self.head:
            self.head = piece[:HEAD]
        return piece
