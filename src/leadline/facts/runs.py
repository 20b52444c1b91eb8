"""A run: a pure function of exhibits, reference tables, rulings, parameters and code, and its lineage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import pyarrow.parquet as pq

from leadline.facts.tables import RejectRow
from leadline.facts.tables.base import schema_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    import pyarrow as pa

    from leadline.facts.earlier import EarlierRun
    from leadline.facts.engine import Engine
    from leadline.facts.lake import Lake
    from leadline.seal.exhibits import ExhibitStore
    from leadline.seal.manifest import TipManifest
    from leadline.seal.returned import Paper
    from leadline.settings import Settings
    from leadline.vocabulary.rulings import Ruling


COMPLETED = "run:tip:completed"
"""Action of the log entry that makes a run complete."""


class Progress(Protocol):
    """Where a stage tells how far it is."""

    def begin(self, what: str, total: int | None) -> None:
        """A new task begins; ``total`` in bytes or rows, None where it is not known."""

    def advance(self, amount: int, *, rows: int = 0) -> None:
        """So much of the task is done, and so many rows with it."""

    def end(self) -> None:
        """The task is done."""


class Silent:
    """Progress that nobody watches."""

    def begin(self, what: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, amount: int, *, rows: int = 0) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class ReferenceEdition:
    """One pinned edition of a reference table: what it is called, from when it holds, where its rows lie."""

    kind: str
    """networks, retention, zones, registration."""
    name: str
    as_of: str
    """YYYY-MM-DD."""
    sha256: str
    """Of the compiled Parquet."""
    source_sha256: str
    """Of the file it was made from."""
    path: Path


@dataclass
class Work:
    """Everything that a stage may touch. Stages read and write facts by name and know no other stage."""

    tip: TipManifest
    engine: Engine
    lake: Lake
    exhibits: ExhibitStore
    settings: Settings
    references: tuple[ReferenceEdition, ...]
    scratch: Path
    """For this run's unfinished pieces; survives an interrupt, vanishes with the finished run."""
    progress: Progress = field(default_factory=Silent)
    rulings: tuple[Ruling, ...] = ()
    """What persons decided about pairs of accounts, from the snapshot that the run is a function of."""
    papers: tuple[Paper, ...] = ()
    """What came back after the tip, in the order of receipt."""
    checks: Mapping[str, bool] = field(default_factory=dict)
    """Names of the checks that may come back, and which of them is an outside assessment."""
    earlier: tuple[EarlierRun, ...] = ()
    """Runs of tips that were received before, in the order of receipt."""

    def refuse(self, name: str, rejects: pa.Table) -> None:
        """Keep the rejects of one file or step (columns of `RejectRow`); the plan writes them together at its end."""
        folder = self.scratch / "rejects"
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{name}.partial"
        pq.write_table(rejects.select(schema_of(RejectRow).names).cast(schema_of(RejectRow)), partial)
        partial.rename(folder / f"{name}.parquet")


@dataclass(frozen=True)
class Stage:
    """One step of a plan: a name and what it does with the work."""

    name: str
    run: Callable[[Work], None]


@cache
def code_digest() -> str:
    """SHA-256 over every file of the package that can change a result, names and bytes, in name order."""
    digest = hashlib.sha256()
    for name, item in sorted(_sources(files("leadline"), "")):
        digest.update(f"{name}\n".encode())
        digest.update(hashlib.sha256(item.read_bytes()).digest())
    return digest.hexdigest()


_DESK = ("casefile/", "web/", "jobs.py")
"""What decides and shows, and cannot change a run's result."""


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for item in folder.iterdir():
        name = f"{prefix}{item.name}"
        if name.startswith(_DESK) or f"{name}/" in _DESK:
            continue
        if item.is_dir() and item.name != "__pycache__":
            yield from _sources(item, f"{name}/")
        elif item.name.endswith((".py", ".sql", ".csv", ".toml")):
            yield name, item


def run_identity(
    *,
    tip: TipManifest,
    references: tuple[ReferenceEdition, ...],
    parameters: Mapping[str, int],
    plugins: Mapping[str, str],
    rulings: str = "",
    papers: tuple[Paper, ...] = (),
    earlier: tuple[EarlierRun, ...] = (),
) -> dict[str, object]:
    """What a run is a function of, as plain values; its canonical JSON's SHA-256 names the run.

    ``rulings`` is the SHA-256 of the snapshot of rulings, empty where nobody ruled.
    """
    return {
        "tip": tip.to_json(),
        "references": [
            {
                "kind": r.kind,
                "name": r.name,
                "as_of": r.as_of,
                "sha256": r.sha256,
                "source_sha256": r.source_sha256,
            }
            for r in sorted(references, key=lambda r: (r.kind, r.name, r.as_of))
        ],
        "parameters": dict(sorted(parameters.items())),
        "plugins": dict(sorted(plugins.items())),
        "rulings": rulings,
        "returned": [paper.to_json() for paper in papers],
        "earlier": [run.to_json() for run in earlier],
        "code": code_digest(),
    }
