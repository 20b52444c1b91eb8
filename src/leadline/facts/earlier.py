"""Which runs of earlier tips a run may look into: inputs like any other, named by run and digest in its identity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken
from leadline.facts.runs import COMPLETED
from leadline.seal.entry import ERASED, SEALED_OFF
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from leadline.seal.log import Log


@dataclass(frozen=True)
class EarlierRun:
    """The newest complete run of a tip that was received before."""

    tip: str
    run: str
    sha256: str
    """Of its `run.json`, which holds the digest of every one of its tables."""
    reference: str
    """What the provider calls that tip."""
    provider: str
    folder: Path

    def to_json(self) -> dict[str, str]:
        """What of it is part of the identity of a run that looks into it."""
        return {"tip": self.tip, "run": self.run, "sha256": self.sha256}


def earlier_runs(log: Log, tips: Iterable[str], *, agency: str) -> tuple[EarlierRun, ...]:
    """The newest complete run of each of these tips, in their order; only tips of ``agency``, and none without a run.

    Only tips received before are to be given, so that two tips never wait for each other. :class:`IntegrityBroken`
    where the record of such a run is not what the log vouches for.
    """
    newest: dict[str, EarlierRun] = {}
    for run, digest in _vouched(log).items():
        record = _record(log.workspace, run, digest)
        stated = record["identity"]["tip"]
        if record["agency"] == agency:
            newest[stated["tip"]] = EarlierRun(
                tip=stated["tip"], run=run, sha256=digest, reference=stated["reference"], provider=stated["provider"],
                folder=log.workspace / "lake" / run,
            )  # fmt: skip
    return tuple(newest[tip] for tip in tips if tip in newest)


def _vouched(log: Log) -> dict[str, str]:
    """Complete runs in the order of the log with the digest of their records; erased ones are left out."""
    found: dict[str, str] = {}
    for entry in log.entries():
        if entry.action == COMPLETED:
            found[entry.subject] = entry.digests[_path(entry.subject)]
        if entry.action in {ERASED, SEALED_OFF}:
            found = {run: digest for run, digest in found.items() if _path(run) not in entry.digests}
    return found


def _path(run: str) -> str:
    return f"lake/{run}/run.json"


def _record(workspace: Path, run: str, digest: str) -> dict[str, Any]:
    try:
        content = (workspace / _path(run)).read_bytes()
    except OSError as error:
        raise IntegrityBroken(
            "The record of a run is gone.", where=_path(run), advice="Run `leadline verify`."
        ) from error
    if sha256_of(content) != digest:
        raise IntegrityBroken("The record of a run was changed.", where=_path(run), advice="Run `leadline verify`.")
    record: dict[str, Any] = json.loads(content)
    return record
