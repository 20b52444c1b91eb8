"""Load dated address tables into a workspace, and tell which editions a run is to use."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from leadline.errors import InputRefused, WrongUsage
from leadline.reference.compiled import (
    FOLDER,
    Edition,
    read_edition,
    record_bytes,
    rejects_of,
    rows_of,
    table_path,
    write_rows,
)
from leadline.reference.contract import ADDRESS_TABLES, KINDS, glance
from leadline.reference.ranges import NetworkRange, RefusedRow, flattened
from leadline.reference.registration import registration_edition, version
from leadline.reference.retention import FILE, retention_digest, retention_table
from leadline.reference.zones import tzdata_digest, tzdata_version, zones_of_countries
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.files import make_folder, publish, write_durably
from leadline.seal.hashing import sha256_file
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from leadline.facts.runs import ReferenceEdition
    from leadline.reference.contract import AddressTableReader

ADDED = "reference:table:added"
"""Action of the log entry that makes an edition count."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z", re.ASCII)
_FIRST_SHOWN = 3


@dataclass(frozen=True)
class _Wanted:
    """What is to be loaded under which name."""

    file: Path
    as_of: date
    name: str
    kind: str | None
    reader: str | None


def add_networks(
    workspace: Path, file: Path, *, as_of: date, name: str, kind: str | None = None, reader: str | None = None
) -> Edition:
    """Seal a dated address table and compile it; ``kind`` is for rows that state none, ``reader`` names a layout.

    The same file under the same name and date again changes nothing. :class:`WrongUsage` for a name or kind
    that cannot be, :class:`InputRefused` for a file without a single readable row, of an unknown layout, or
    other than the one that already has this name and date; nothing of it is kept then.
    """
    wanted = _checked(_Wanted(file, as_of, name, kind, reader))
    ADDRESS_TABLES.allow(read_settings(workspace).plugins)
    log = Log.open(workspace)
    with log.writing("reference add"), _desk(workspace) as desk:
        copy = desk / "source"
        _copy(file, copy)
        digest = sha256_file(copy)
        there = _present(workspace, log, wanted, digest)
        if there is not None:
            return there
        edition, refused = _compiled(copy, desk / "table.parquet", digest, wanted)
        _publish(workspace, log, desk, edition, refused)
        return edition


def editions(workspace: Path) -> tuple[Edition, ...]:
    """The loaded editions of address tables, by name and date; only those that the log vouches for."""
    vouched = _vouched(Log.open(workspace))
    records = sorted((workspace / FOLDER).glob("*/*.parquet"))
    return tuple(
        read_edition(path.with_suffix(".json")) for path in records if path.relative_to(workspace).as_posix() in vouched
    )


def list_editions(workspace: Path) -> tuple[Edition, ...]:
    """Every reference table that serves here: the loaded ones, then those that come with the installation."""
    return (*editions(workspace), *_installed())


def pinned_editions(workspace: Path) -> tuple[ReferenceEdition, ...]:
    """What a run made now depends on: all loaded address tables, or the registration table where there is none.

    The time-zone data stand with them, because local times in requests come from them.
    """
    loaded = tuple(e.pinned(table_path(workspace, e.name, e.as_of)) for e in editions(workspace))
    zones = next(e for e in _installed() if e.kind == "zones")
    return (*(loaded or (registration_edition(),)), zones.pinned(registration_edition().path))


def _installed() -> tuple[Edition, ...]:
    registered = registration_edition()
    checked = max(row.checked_on for row in retention_table()).isoformat()
    kept, clocks = retention_digest(), tzdata_digest()
    return (
        _brought("registration", registered.name, registered.as_of, 0, registered.sha256, version()),
        _brought("retention", "retention", checked, len(retention_table()), kept, FILE),
        _brought("zones", "zones", "", len(zones_of_countries()), clocks, tzdata_version()),
    )


def _brought(kind: str, name: str, as_of: str, rows: int, digest: str, source: str) -> Edition:
    return Edition(kind, name, as_of, rows, 0, "", "", digest, source, digest, 0)


def _checked(wanted: _Wanted) -> _Wanted:
    if not _NAME.match(wanted.name):
        raise WrongUsage(
            f"{wanted.name!r} cannot name a table.",
            advice="Use up to 64 of a-z, 0-9, dot, hyphen and underscore, beginning with a letter or digit.",
        )
    if wanted.kind is not None and wanted.kind not in KINDS:
        raise WrongUsage(f"there is no kind {wanted.kind!r}.", advice=f"Known: {', '.join(KINDS)}.")
    if wanted.reader is not None:
        ADDRESS_TABLES.get(wanted.reader)
    return wanted


@contextmanager
def _desk(workspace: Path) -> Iterator[Path]:
    """A folder of its own below `tmp/`; whatever is left in it goes."""
    desk = workspace / "tmp" / f"reference-{uuid4().hex}"
    make_folder(desk)
    try:
        yield desk
    finally:
        shutil.rmtree(desk, ignore_errors=True)


def _copy(file: Path, copy: Path) -> None:
    try:
        if not file.is_file():
            raise InputRefused("this is no file.", where=str(file), advice="Name the table's file.")
        shutil.copyfile(file, copy)
    except OSError as error:
        raise InputRefused(
            f"it cannot be read: {error.strerror}.", where=str(file), advice="Check the name and who may read it."
        ) from error


def _vouched(log: Log) -> set[str]:
    return {path for entry in log.entries() if entry.action == ADDED for path in entry.digests}


def _present(workspace: Path, log: Log, wanted: _Wanted, digest: str) -> Edition | None:
    """The edition that has this name and date already, if it is the same; what a crash left counts as absent."""
    path = table_path(workspace, wanted.name, wanted.as_of.isoformat())
    if path.relative_to(workspace).as_posix() not in _vouched(log):
        return None
    edition = read_edition(path.with_suffix(".json"))
    if (edition.source_sha256, edition.stated_kind) == (digest, wanted.kind or ""):
        return edition
    raise InputRefused(
        f"{wanted.name} as of {wanted.as_of} is loaded already, with other contents or another kind.",
        where=wanted.file.name,
        advice="Give a newer table its own date, or another publisher's table its own name.",
    )


def _compiled(copy: Path, target: Path, digest: str, wanted: _Wanted) -> tuple[Edition, list[RefusedRow]]:
    reader = _reader_for(copy, wanted)
    ranges: list[NetworkRange] = []
    refused: list[RefusedRow] = []
    try:
        for row in reader.read(copy, wanted.kind):
            ranges.append(row) if isinstance(row, NetworkRange) else refused.append(row)
    except InputRefused as error:
        raise InputRefused(error.message, where=wanted.file.name, advice=error.advice) from error
    flat, crossed = flattened(ranges)
    refused += crossed
    if not flat:
        raise InputRefused(
            f"not one row could be read as {reader.title}{_beginnings(refused)}.",
            where=wanted.file.name,
            advice="Check the layout of the file, or name it with --reader.",
        )
    write_rows(target, rows_of(flat, name=wanted.name, as_of=wanted.as_of))
    edition = Edition(
        kind="networks",
        name=wanted.name,
        as_of=wanted.as_of.isoformat(),
        rows=len(flat),
        rejects=len(refused),
        reader=reader.name,
        stated_kind=wanted.kind or "",
        sha256=sha256_file(target),
        source=wanted.file.name,
        source_sha256=digest,
        bytes=copy.stat().st_size,
    )
    return edition, refused


def _reader_for(copy: Path, wanted: _Wanted) -> AddressTableReader:
    if wanted.reader is not None:
        chosen = ADDRESS_TABLES.get(wanted.reader)
    else:
        seen = glance(copy)
        scores = {reader.name: reader.recognises(seen) for reader in ADDRESS_TABLES.all()}
        best = max(scores, key=lambda name: (scores[name], name))
        if not scores[best]:
            raise InputRefused(
                "this is no address table that can be read.",
                where=wanted.file.name,
                advice=f"Known: {'; '.join(reader.title for reader in ADDRESS_TABLES.all())}.",
            )
        chosen = ADDRESS_TABLES.get(best)
    if chosen.needs_kind and wanted.kind is None:
        raise WrongUsage(
            f"{wanted.file.name} is {chosen.title}: it does not say what the addresses are used for.",
            advice=f"Add --kind with one of {', '.join(KINDS)}.",
        )
    return chosen


def _beginnings(refused: list[RefusedRow]) -> str:
    shown = "; ".join(f"line {row.line}: {row.reason}" for row in sorted(refused)[:_FIRST_SHOWN])
    return f" ({shown})" if shown else ""


def _publish(workspace: Path, log: Log, desk: Path, edition: Edition, refused: list[RefusedRow]) -> None:
    """The source becomes an exhibit, the compiled rows and records lie in the lake, then the log vouches for all."""
    exhibits = ExhibitStore(workspace)
    target = table_path(workspace, edition.name, edition.as_of)
    record, left_out = target.with_suffix(".json"), target.with_suffix(".rejects.json")
    contents = {
        record: record_bytes(edition.to_json()),
        left_out: record_bytes(rejects_of(refused)),
    }
    exhibits.admit(desk / "source", edition.source_sha256)
    publish(desk / "table.parquet", target)
    for path, data in contents.items():
        write_durably(path, data, scratch=workspace / "tmp")
    digests = {path.relative_to(workspace).as_posix(): sha256_of(data) for path, data in contents.items()}
    log.append(
        ADDED,
        subject=edition.source_sha256,
        digests={
            **digests,
            exhibits.relative(edition.source_sha256): edition.source_sha256,
            target.relative_to(workspace).as_posix(): edition.sha256,
        },
        numbers={"rows": edition.rows, "rejects": edition.rejects},
    )


__all__ = ["ADDED", "Edition", "add_networks", "editions", "list_editions", "pinned_editions"]
