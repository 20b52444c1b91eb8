"""Is everything still what was sealed? Exhibits, log and the lineage of every run; nothing is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.facts.runs import COMPLETED
from leadline.seal.canonical import canonical_json
from leadline.seal.custody import Fault, verify_workspace
from leadline.seal.log import Log
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import run_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leadline.seal.custody import Verification


@dataclass(frozen=True)
class Verdict:
    """What `verify` found; ``faults`` empty means that everything is as sealed."""

    verification: Verification
    lineage: tuple[Fault, ...]
    runs: int
    audit: tuple[Fault, ...] = ()
    """Faults of the desk's audit rows, where there is a desk; its rows are read by whoever knows the case file."""
    audit_rows: int = 0

    @property
    def faults(self) -> tuple[Fault, ...]:
        return (*self.verification.faults, *self.lineage, *self.audit)

    def to_json(self) -> dict[str, Any]:
        """One object: `ok`, counts, the log's root, erased files and faults."""
        return {
            "ok": not self.faults,
            "files": self.verification.files,
            "entries": self.verification.entries,
            "checkpoints": self.verification.checkpoints,
            "runs": self.runs,
            "audit_rows": self.audit_rows,
            "root": self.verification.root,
            "erased": list(self.verification.erased),
            "faults": [{"path": f.path, "problem": f.problem, "entry": f.entry} for f in self.faults],
        }


def verify(workspace: Path, *, witnessed: Sequence[bytes] = ()) -> Verdict:
    """Re-hash every evidence file, re-check the log, then the lineage of each run that the log names.

    ``witnessed`` are signed checkpoints that were kept outside: the log must still hold what each covers.
    """
    verification = verify_workspace(workspace, witnessed=witnessed)
    broken = {fault.path for fault in verification.faults}
    if any(path.startswith("log/entries") for path in broken):
        return Verdict(verification, (), 0)
    entries = Log.open(workspace).entries()
    runs = [entry.subject for entry in entries if entry.action == COMPLETED]
    vouched = {path for entry in entries for path in entry.digests}
    lineage: list[Fault] = []
    for run in runs:
        recorded = f"lake/{run}/run.json"
        if recorded not in broken:
            lineage += _lineage(workspace, run, vouched)
    return Verdict(verification, tuple(lineage), len(runs))


def _lineage(workspace: Path, run: str, vouched: set[str]) -> Iterator[Fault]:
    recorded = f"lake/{run}/run.json"
    try:
        record = json.loads((workspace / recorded).read_bytes())
        identity, accounting = record["identity"], record["accounting"]
        exhibits = [file["sha256"] for file in identity["tip"]["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Fault(recorded, f"is no record of a run: {error!r}", None)
        return
    if run_id(sha256_of(canonical_json(identity))) != run:
        yield Fault(recorded, "its inputs are not those that gave the run its name", None)
    for sha256 in exhibits:
        path = f"exhibits/sha256/{sha256[:2]}/{sha256}"
        if path not in vouched:
            yield Fault(path, f"run {run} read it and the log does not know it", None)
    if accounting["lines"] != accounting["accesses"] + accounting["rejects"]:
        yield Fault(recorded, "lines are not accesses and rejects", None)
