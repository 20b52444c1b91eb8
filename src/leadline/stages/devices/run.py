"""Walk a source, hash what it holds and write the entries down; taken up again after an interrupt where it stopped."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.errors import InputRefused, IntegrityBroken
from leadline.facts.runs import Silent
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import AnomalyRow, EntryRow, FrameRow
from leadline.stages.devices.contract import KINDS, Notes, Source, SourceKind
from leadline.stages.devices.hashing import hash_items
from leadline.stages.devices.looks import Looks
from leadline.stages.devices.perceptual import can_hash
from leadline.stages.devices.pieces import Pieces
from leadline.stages.devices.telling import media_by_name, media_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.engine import Engine
    from leadline.facts.lake import Lake
    from leadline.facts.runs import Progress


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
    written = Pieces(pieces)
    done = written.done
    work.progress.begin("hashing", source.total_bytes)
    items = source.items(notes)
    for item in islice(items, done):
        work.progress.advance(item.size or 0, rows=1)
    with Looks(notes) as looks:
        for hashed in hash_items(items, parallel=source.parallel):
            media = media_of(hashed.head) if hashed.digest else media_by_name(hashed.item.path)
            written.add(hashed, media, looks.of(hashed, media) if perceptual else ())
            work.progress.advance(hashed.item.size or 0, rows=1)
    written.flush()
    work.progress.end()
    return done


def _write(work: Walk, pieces: Path, notes: Notes) -> int:
    written = 0
    for fact in (FrameRow, EntryRow):
        found = sorted(pieces.glob(f"{fact.table}-*.parquet"))
        work.engine.view(f"{fact.table}_piece", found, schema=schema_of(fact))
        written = work.lake.write(work.engine, fact, f"{fact.table}_piece")
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
