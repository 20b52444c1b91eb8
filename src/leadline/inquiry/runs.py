"""Which run answers: the last complete one, or one named, as the log vouches for it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import COMPLETED
from leadline.seal.log import Log
from leadline.seal.manifest import TipManifest
from leadline.settings import read_settings
from leadline.vocabulary.identifiers import RunId, parse_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.tables import Fact


@dataclass(frozen=True)
class RunView:
    """A complete run, opened for reading."""

    workspace: Path
    run: RunId
    record: dict[str, Any]
    """`run.json`: identity, accounting, files."""
    seconds: float

    @property
    def folder(self) -> Path:
        return self.workspace / "lake" / self.run

    @property
    def lake(self) -> Lake:
        return Lake(self.folder)

    @property
    def tip(self) -> TipManifest:
        return TipManifest.from_json(self.record["identity"]["tip"])

    @property
    def accounting(self) -> dict[str, Any]:
        """The contract's keys, `seconds` last."""
        return {**self.record["accounting"], "seconds": self.seconds}

    @contextmanager
    def engine(self, *facts: type[Fact]) -> Iterator[Engine]:
        """An engine to which these tables of the run are lent."""
        settings = read_settings(self.workspace)
        with Engine(spill=self.workspace / "spill", threads=settings.threads, memory_mb=settings.memory_mb) as engine:
            for fact in facts:
                self.lake.lend(engine, fact)
            yield engine


def open_run(workspace: Path, run: str | None = None) -> RunView:
    """The run called ``run``, or the last complete one; :class:`WrongUsage` when there is none."""
    read_settings(workspace)
    wanted = parse_run(run) if run else None
    found = None
    for entry in Log.open(workspace).entries():
        if entry.action == COMPLETED and wanted in (None, entry.subject):
            found = entry
    if found is None:
        if wanted:
            raise WrongUsage(f"no run {wanted} was completed here.", advice="Leave --run out for the last one.")
        raise WrongUsage(
            "no run was completed here.", advice="Seal a tip with `leadline receive`, then `leadline run`."
        )
    recorded = workspace / "lake" / found.subject / "run.json"
    try:
        record = json.loads(recorded.read_bytes())
    except (OSError, ValueError) as error:
        raise IntegrityBroken(
            f"the record of run {found.subject} cannot be read: {error}",
            where=str(recorded),
            advice="See what else is broken: `leadline verify`.",
        ) from error
    return RunView(workspace, RunId(found.subject), record, seconds=found.numbers.get("milliseconds", 0) / 1000)
