"""Rulings as an immutable, sealed snapshot: decisions that come back to the evidence side as a run's input.

A snapshot holds every ruling on the accounts of one tip up to its moment; the newest one that the log vouches for
is what the next run of that tip takes. A file of rulings and the case file both write through
:func:`seal_rulings`. The format is `docs/linkage.md`, *Rulings*.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused, IntegrityBroken
from leadline.seal.canonical import canonical_json
from leadline.seal.entry import ERASED, SEALED_OFF
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.rulings import Ruling, ruling_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from leadline.vocabulary.identifiers import TipId

SEALED = "rulings:snapshot:sealed"
"""Action of the log entry that makes a snapshot count; its subject is the tip."""
FORMAT = "leadline-rulings-1"
_COLUMNS = {"account_a", "account_b", "ruling"}


@dataclass(frozen=True)
class Snapshot:
    """Every ruling on the accounts of one tip; ``sha256`` is empty where nobody ruled yet."""

    sha256: str
    rulings: tuple[Ruling, ...]


def snapshot_path(sha256: str) -> str:
    """Where a snapshot lies below the workspace."""
    return f"exhibits/rulings/{sha256}.json"


def snapshot_bytes(tip: TipId, rulings: Iterable[Ruling]) -> bytes:
    """The snapshot of these rulings: canonical JSON, rulings in their order; the same rulings, the same bytes."""
    listed = [ruling.to_json() for ruling in sorted(rulings, key=Ruling.order)]
    return canonical_json({"format": FORMAT, "tip": tip, "rulings": listed})


def current_rulings(workspace: Path, tip: TipId) -> Snapshot:
    """The newest snapshot that the log vouches for; :class:`IntegrityBroken` where its bytes are others."""
    digest = _newest(workspace, tip)
    if not digest:
        return Snapshot("", ())
    path = snapshot_path(digest)
    try:
        data = (workspace / path).read_bytes()
    except OSError as error:
        raise IntegrityBroken("A snapshot of rulings is gone.", where=path, advice="Run `leadline verify`.") from error
    if sha256_of(data) != digest:
        raise IntegrityBroken("A snapshot of rulings was changed.", where=path, advice="Run `leadline verify`.")
    return Snapshot(digest, tuple(Ruling.from_json(one) for one in json.loads(data)["rulings"]))


def _newest(workspace: Path, tip: TipId) -> str:
    """The digest of the newest snapshot of a tip; an erased one is passed over."""
    found: dict[str, str] = {}
    for entry in Log.open(workspace).entries():
        if entry.action == SEALED and entry.subject == tip:
            for path, digest in entry.digests.items():
                found.pop(path, None)
                found[path] = digest
        if entry.action in {ERASED, SEALED_OFF}:
            found = {path: digest for path, digest in found.items() if path not in entry.digests}
    return next(reversed(found.values()), "")


def seal_rulings(workspace: Path, tip: TipId, new: Iterable[Ruling]) -> tuple[Snapshot, int]:
    """Add rulings to those of a tip and seal the new snapshot; returns it and how many were not there before.

    What the same person said of the same pair before, last and in the same word, adds nothing. Nothing is ever
    taken out: who changes their mind rules again. Nothing new leaves the snapshot as it is.
    """
    log = Log.open(workspace)
    with log.writing("rulings"):
        before = current_rulings(workspace, tip)
        added = _not_said_yet(before.rulings, new)
        if not added:
            return before, 0
        together = (*before.rulings, *added)
        data = snapshot_bytes(tip, together)
        digest = sha256_of(data)
        write_durably(workspace / snapshot_path(digest), data, scratch=workspace / "tmp")
        log.append(
            SEALED,
            subject=tip,
            digests={snapshot_path(digest): digest},
            numbers={"rulings": len(together), "added": len(added)},
        )
        return Snapshot(digest, tuple(sorted(together, key=Ruling.order))), len(added)


def _not_said_yet(before: Iterable[Ruling], new: Iterable[Ruling]) -> list[Ruling]:
    last = {(one.account_a, one.account_b, one.by): one for one in sorted(before, key=Ruling.order)}
    added = []
    for ruling in sorted(set(new), key=Ruling.order):
        held = last.get((ruling.account_a, ruling.account_b, ruling.by))
        if held is not None and held.at == ruling.at and held.ruling != ruling.ruling:
            raise InputRefused(
                f"{ruling.by} ruled on this pair at the same instant already, otherwise.",
                advice="State the instant of the ruling that holds.",
            )
        if held is None or held.ruling != ruling.ruling:
            last[ruling.account_a, ruling.account_b, ruling.by] = ruling
            added.append(ruling)
    return added


def read_rulings(path: Path, *, by: str, at: datetime) -> list[Ruling]:
    """The rulings of a CSV file with the header `account_a,account_b,ruling` and, if stated, `by,ruled_at,reason`.

    ``by`` and ``at`` serve where a line states none. :class:`InputRefused` names the line of a ruling that
    cannot be, or of a second, other ruling of the same person on the same pair.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rulings_of(csv.DictReader(file, strict=True), path, by=by, at=at))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputRefused(f"it cannot be read: {error}.", where=str(path), advice="Save it as UTF-8 CSV.") from error


def _rulings_of(reader: csv.DictReader[str], path: Path, *, by: str, at: datetime) -> Iterator[Ruling]:
    if not set(reader.fieldnames or ()) >= _COLUMNS:
        raise InputRefused("the header is not account_a,account_b,ruling.", where=f"{path}:1")
    source = f"file:{sha256_of(path.read_bytes())}"
    said: dict[tuple[str, str, str], str] = {}
    for row in reader:
        where = f"{path}:{reader.line_num}"
        stated = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)}
        ruling = ruling_on(
            row["account_a"] or "",
            row["account_b"] or "",
            ruling=stated.get("ruling", ""),
            by=stated.get("by") or by,
            at=_instant(stated, at),
            reason=stated.get("reason", ""),
            source=source,
            where=where,
        )
        if said.setdefault((ruling.account_a, ruling.account_b, ruling.by), ruling.ruling) != ruling.ruling:
            raise InputRefused(
                f"a second ruling of the same person on this pair says {ruling.ruling!r}.",
                where=where,
                advice="Keep the ruling that holds. Two persons who disagree are named in the column `by`.",
            )
        yield ruling


def _instant(stated: dict[str, Any], at: datetime) -> datetime | None:
    written = stated.get("ruled_at", "")
    return parse_zoned(written) if written else at
