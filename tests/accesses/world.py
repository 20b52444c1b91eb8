"""A small tip in memory, run through the accesses stage alone; what came of it, in plain values."""

from __future__ import annotations

import gzip
import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.facts.tables import AccessRow, AddressSeenRow, FileTallyRow, InventoryRow, RejectRow
from leadline.facts.tables.base import Fact, schema_of
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.lines import CHUNK
from leadline.seal.manifest import RequestPattern, TipFile, TipManifest
from leadline.settings import Settings
from leadline.stages.accesses.run import ALONE, run
from leadline.vocabulary.identifiers import TipId
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from leadline.facts.runs import ReferenceEdition

ANY_OBJECT = (
    RequestPattern("GET", "download", "", "/o/([^?]+)", object_group=1),
    RequestPattern("PUT", "upload", "", "/o/([^?]+)", object_group=1),
    RequestPattern("HEAD", "view", "", "/o/([^?]+)", object_group=1),
    RequestPattern("GET", "list", "", "/c/([^/?]+)", cache_group=1),
)
"""Every path below /o/ is an object; /c/ and a key lists a cache."""


@dataclass(frozen=True)
class Log:
    """One access log of the tip."""

    data: bytes
    format: str = "combined"
    compression: str = "plain"
    zone: str = ""
    requests: tuple[RequestPattern, ...] = ANY_OBJECT
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def packed(self) -> bytes:
        if self.compression == "gz":
            return gzip.compress(self.data, mtime=0)
        return zstandard.compress(self.data) if self.compression == "zst" else self.data


@dataclass(frozen=True)
class Outcome:
    """Everything that the stage wrote."""

    accesses: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    tallies: list[dict[str, Any]]
    seen: list[dict[str, Any]]

    @property
    def refused(self) -> list[tuple[int, str]]:
        """(line, reason) of all rejects."""
        return [(row["line"], row["reason"]) for row in self.rejects]

    @property
    def tally(self) -> dict[str, Any]:
        (row,) = self.tallies
        return row


class _Exhibits:
    def __init__(self, stored: Mapping[str, bytes]) -> None:
        self._stored = stored

    def open(self, sha256: str) -> BinaryIO:
        return io.BytesIO(self._stored[sha256])


def work_of(
    folder: Path,
    logs: Iterable[Log],
    *,
    listed: Iterable[str] = (),
    cache_keys: tuple[str, ...] = (),
    references: tuple[ReferenceEdition, ...] = (),
    packed: Mapping[int, bytes] | None = None,
    threads: int = 2,
) -> Work:
    """Work on a tip of these logs; ``listed`` are the objects of its inventory."""
    stored = {number: (packed or {}).get(number, log.packed()) for number, log in enumerate(logs)}
    files = tuple(_file(number, log, stored[number]) for number, log in enumerate(logs))
    engine = Engine(spill=folder / "spill", threads=threads, memory_mb=1000)
    lake = Lake(folder / "lake")
    engine.table("inventory", _inventory(list(listed)))
    lake.write(engine, InventoryRow)
    return Work(
        tip=TipManifest(TipId("T-0000000000000000"), "", "", "", "", cache_keys, files),
        engine=engine,
        lake=lake,
        exhibits=_Exhibits({file.sha256: stored[file.no] for file in files}),  # type: ignore[arg-type]
        settings=Settings(),
        references=references,
        scratch=folder / "scratch",
    )


def carry_out(work: Work, *, chunk: int = CHUNK, alone: int = ALONE) -> Outcome:
    """Run the stage and read its tables back."""
    with work.engine:
        run(work, chunk=chunk, alone=alone)
    pieces = sorted((work.scratch / "rejects").glob("*.parquet"))
    rejects = pa.concat_tables([schema_of(RejectRow).empty_table(), *map(pq.read_table, pieces)]).to_pylist()
    return Outcome(
        accesses=sorted(_rows(work.lake, AccessRow), key=lambda row: (row["file"], row["line"])),
        rejects=sorted(rejects, key=lambda row: (row["file"], row["line"])),
        tallies=_rows(work.lake, FileTallyRow),
        seen=_rows(work.lake, AddressSeenRow),
    )


def read(folder: Path, *logs: Log, chunk: int = CHUNK, **options: Any) -> Outcome:
    """Run the stage on these logs; see :func:`work_of` for the options."""
    return carry_out(work_of(folder, logs, **options), chunk=chunk)


def log_of(name: str, body: bytes, *, compression: str = "plain") -> Log:
    """A log in the format ``name``, read as that format's examples are."""
    form = LOG_FORMATS.get(name)
    header = f"{form.header}\n".encode() if form.header else b""
    return Log(header + body, name, compression, columns=form.example_columns)


def _rows(lake: Lake, fact: type[Fact]) -> list[dict[str, Any]]:
    found = [row for path in lake.paths(fact) for row in pq.read_table(path).to_pylist()]
    return [
        {key: iso_z(value) if key.endswith(("_at", "_access")) and value else value for key, value in row.items()}
        for row in found
    ]


def _file(number: int, log: Log, stored: bytes) -> TipFile:
    return TipFile(
        no=number,
        path=f"logs/{number}.log",
        kind=FileKind.ACCESS_LOG,
        format=log.format,
        sha256=hashlib.sha256(stored + b"%d" % number).hexdigest(),
        sha1="0" * 40,
        md5="0" * 32,
        bytes=len(stored),
        compression=log.compression,
        zone=log.zone,
        requests=log.requests,
        columns=log.columns,
        values=log.values,
    )


def _inventory(keys: list[str]) -> pa.Table:
    schema = schema_of(InventoryRow)
    filled = {"file": [99] * len(keys), "line": list(range(len(keys))), "object_key": keys}
    return pa.table({name: filled.get(name, [None] * len(keys)) for name in schema.names}, schema=schema)
