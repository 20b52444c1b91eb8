"""Entries written down batch by batch while a source is walked; a batch is under its name only when it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import EntryRow, FrameRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadline.facts.tables.base import Fact
    from leadline.stages.devices.hashing import Hashed
    from leadline.stages.devices.perceptual import Frame

_BATCH_ROWS = 5_000
_BATCH_BYTES = 256 << 20


class Pieces:
    """What a walk has found, below ``folder``; what an earlier, interrupted walk wrote there is taken over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        found = sorted(folder.glob(f"{EntryRow.table}-*.parquet"))
        self.done = sum(int(pq.read_metadata(piece).num_rows) for piece in found)
        """Entries that were there already."""
        self._next = self.done
        self._rows: list[dict[str, object]] = []
        self._frames: list[dict[str, object]] = []
        self._bytes = 0

    def add(self, hashed: Hashed, media: str, frames: Sequence[Frame]) -> None:
        """Take one entry: its digests, what it is, and its perceptual hashes."""
        number = self._next + len(self._rows)
        self._rows.append(_row(number, hashed, media, frames))
        if media == "video":
            self._frames += [
                {"entry": number, "number": at, "at_ms": one.at_ms, "pdq": one.pdq, "quality": one.quality}
                for at, one in enumerate(frames)
            ]
        self._bytes += hashed.item.size or 0
        if len(self._rows) >= _BATCH_ROWS or self._bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what waits: frames first, because an entry that is there says that its frames are."""
        if not self._rows:
            return
        self._write(FrameRow, self._frames)
        self._write(EntryRow, self._rows)
        self._next += len(self._rows)
        self._rows, self._frames, self._bytes = [], [], 0

    def _write(self, fact: type[Fact], rows: list[dict[str, object]]) -> None:
        partial = self._folder / f"{fact.table}.partial"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(fact)), partial, compression="zstd")
        partial.rename(self._folder / f"{fact.table}-{self._next:012}.parquet")


def _row(number: int, hashed: Hashed, media: str, frames: Sequence[Frame]) -> dict[str, object]:
    item, digest = hashed.item, hashed.digest
    given = item.digests
    picture = frames[0] if frames and media == "picture" else None
    return {
        "entry": number,
        "path": item.path,
        "volume": item.volume,
        "deleted": item.deleted,
        "size": digest.bytes if digest else item.size,
        "modified_at": item.modified_at,
        "media": media,
        "md5": digest.md5 if digest else given.get("md5"),
        "sha1": digest.sha1 if digest else given.get("sha1"),
        "sha256": digest.sha256 if digest else given.get("sha256"),
        "pdq": picture.pdq if picture else given.get("pdq"),
        "pdq_quality": picture.quality if picture else None,
        "problem": hashed.problem,
    }
