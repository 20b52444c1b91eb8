"""Walk a source, hash what it holds and write the entries down; taken up again after an interrupt where it stopped."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.errors import InputRefused, IntegrityBroken
from leadline.facts.runs import Silent
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import AnomalyRow, EntryRow
from leadline.stages.devices.contract import KINDS, Notes, Source, SourceKind
from leadline.stages.devices.hashing import Hashed, hash_items
from leadline.stages.devices.perceptual import PictureHasher, can_hash, is_picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.engine import Engine
    from leadline.facts.lake import Lake
    from leadline.facts.runs import Progress

_BATCH_ROWS = 5_000
_BATCH_BYTES = 256 << 20


@dataclass
class Walk:
    """What the devices stage may touch."""

    engine: Engine
    lake: Lake
    scratch: Path
    """For unfinished pieces; survives an interrupt."""
    perceptual: bool
    """Whether pictures get a perceptual hash as well."""
    progress: Progress = field(default_factory=Silent)


@dataclass(frozen=True)
class Walked:
    """What a walk was of and what it proved."""

    kind: str
    listing: bool
    facts: dict[str, str]
    proof: dict[str, str]
    """Digests of the source, equal before and after."""
    entries: int
    anomalies: int
    resumed_at: int
    """Entries that an earlier, interrupted walk had hashed already."""
    perceptual: bool
    """Whether pictures were hashed perceptually."""


def kind_of(path: Path) -> SourceKind:
    """What the source is; :class:`InputRefused` where no kind recognises it."""
    for kind in sorted(KINDS.all(), key=lambda kind: (kind.name == "image", kind.name)):
        if kind.recognises(path):
            return kind
    raise InputRefused(
        "this is no source that can be examined.",
        where=path.name,
        advice=f"Kinds: {', '.join(KINDS.names())}. A raw image is named .dd, .raw, .img or .001.",
    )


def run(work: Walk, path: Path) -> Walked:
    """Write entries and anomalies of the source at ``path``.

    The source's digests are taken before and after; where they differ nothing can be said of it:
    :class:`IntegrityBroken`. A walk that was interrupted goes on where its last written batch ended.
    """
    kind = kind_of(path)
    with closing(kind.open(path)) as source:
        return _run(work, path, kind, source)


def _run(work: Walk, path: Path, kind: SourceKind, source: Source) -> Walked:
    work.progress.begin("proof before reading", None)
    before = source.proof()
    work.progress.end()
    pieces = work.scratch / "entries"
    _forget_if_changed(pieces, before)
    notes = Notes()
    perceptual = work.perceptual and can_hash() and not kind.listing
    resumed_at = _walk(work, source, pieces, notes, perceptual=perceptual)
    after = source.proof()
    if after != before:
        raise IntegrityBroken(
            "the source was changed while it was examined.",
            where=path.name,
            advice="Nothing was kept. Examine an image, or a folder that is mounted read-only.",
        )
    entries = _write(work, pieces, notes)
    return Walked(kind.name, kind.listing, source.facts(), before, entries, len(notes.found), resumed_at, perceptual)


def _forget_if_changed(pieces: Path, proof: dict[str, str]) -> None:
    """Pieces of an interrupted walk count only while the source is what it was then."""
    pieces.mkdir(parents=True, exist_ok=True)
    stated = pieces / "proof.json"
    text = json.dumps(proof, sort_keys=True)
    if stated.exists() and stated.read_text() == text:
        return
    for old in pieces.iterdir():
        old.unlink()
    partial = pieces / "proof.partial"
    partial.write_text(text)
    partial.rename(stated)


def _walk(work: Walk, source: Source, pieces: Path, notes: Notes, *, perceptual: bool) -> int:
    done = sum(int(pq.read_metadata(piece).num_rows) for piece in sorted(pieces.glob("*.parquet")))
    work.progress.begin("hashing", source.total_bytes)
    items = source.items(notes)
    for item in islice(items, done):
        work.progress.advance(item.size or 0, rows=1)
    batch = _Batch(pieces, done)
    with PictureHasher() as hasher:
        for hashed in hash_items(items, parallel=source.parallel):
            pdq = _perceptual(hasher, hashed, notes) if perceptual and is_picture(hashed.head) else None
            batch.add(hashed, pdq)
            work.progress.advance(hashed.item.size or 0, rows=1)
    batch.flush()
    work.progress.end()
    return done


def _perceptual(hasher: PictureHasher, hashed: Hashed, notes: Notes) -> tuple[str, int] | None:
    if hashed.item.opened is None or hashed.digest is None:
        return None
    try:
        with hashed.item.opened() as stream:
            answer = hasher.hash(stream)
    except OSError as error:
        answer = error.strerror or "cannot be read"
    if isinstance(answer, str):
        notes.add("picture-not-hashed", hashed.item.path, answer)
        return None
    return answer


class _Batch:
    """Rows that wait to be written; a batch is under its name only when it is whole."""

    def __init__(self, folder: Path, first: int) -> None:
        self._folder, self._next = folder, first
        self._rows: list[dict[str, object]] = []
        self._bytes = 0

    def add(self, hashed: Hashed, pdq: tuple[str, int] | None) -> None:
        self._rows.append(_row(self._next + len(self._rows), hashed, pdq))
        self._bytes += hashed.item.size or 0
        if len(self._rows) >= _BATCH_ROWS or self._bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._rows:
            return
        partial = self._folder / "entries.partial"
        pq.write_table(pa.Table.from_pylist(self._rows, schema=schema_of(EntryRow)), partial, compression="zstd")
        partial.rename(self._folder / f"{self._next:012}.parquet")
        self._next += len(self._rows)
        self._rows, self._bytes = [], 0


def _row(number: int, hashed: Hashed, pdq: tuple[str, int] | None) -> dict[str, object]:
    item, digest = hashed.item, hashed.digest
    given = item.digests
    return {
        "entry": number,
        "path": item.path,
        "volume": item.volume,
        "deleted": item.deleted,
        "size": digest.bytes if digest else item.size,
        "modified_at": item.modified_at,
        "md5": digest.md5 if digest else given.get("md5"),
        "sha1": digest.sha1 if digest else given.get("sha1"),
        "sha256": digest.sha256 if digest else given.get("sha256"),
        "pdq": pdq[0] if pdq else given.get("pdq"),
        "pdq_quality": pdq[1] if pdq else None,
        "problem": hashed.problem,
    }


def _write(work: Walk, pieces: Path, notes: Notes) -> int:
    work.engine.view("entry_piece", sorted(pieces.glob("*.parquet")), schema=schema_of(EntryRow))
    written = work.lake.write(work.engine, EntryRow, "entry_piece")
    work.engine.table("anomaly", pa.Table.from_pylist(list(_anomalies(notes)), schema=schema_of(AnomalyRow)))
    work.lake.write(work.engine, AnomalyRow)
    return written


def _anomalies(notes: Notes) -> Iterator[dict[str, object]]:
    seen: dict[tuple[str, str], int] = {}
    for what, place, detail in notes.found:
        number = seen.get((what, place), 0)
        seen[what, place] = number + 1
        yield {"what": what, "place": place, "number": number, "detail": detail}
    if notes.more:
        yield {"what": "more-anomalies", "place": "", "number": 0, "detail": f"{notes.more} more are not kept"}


def told(walked: Walked) -> dict[str, object]:
    """A walk as plain values, for the examination's record."""
    return asdict(walked)
