"""Is everything still what was sealed? Exhibits, log and the lineage of every run; nothing is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.facts.runs import COMPLETED
from leadline.seal.canonical import canonical_json
from leadline.seal.custody import Fault, verify_part, verify_workspace
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.log import Log
from leadline.seal.returned import SEALED as PAPER
from leadline.seal.returned import paper_path
from leadline.stages.intake.tips import tip_path
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import TipId, run_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from leadline.seal.custody import Verification
    from leadline.seal.entry import Entry


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


@dataclass(frozen=True)
class AgencyVerdict:
    """What the check of one agency's share found: its tips with all that came of them, and nothing of others'."""

    is_whole: bool
    """Whether the signed log is as it was signed, to its root; where it is not, nothing more was checked."""
    tips: int
    runs: int
    files: int
    entries: int
    """Entries of the log about this share, each under the root of the newest checkpoint."""
    faults: tuple[Fault, ...]


def verify_agency(workspace: Path, tips: Collection[str], *, subjects: Collection[str]) -> AgencyVerdict:
    """Re-hash the exhibits, papers and runs of these tips and the files about further ``subjects``; check the log.

    Runs that are known to be the agency's are best named among the subjects: a damaged record does not say whose it is.

    The answer tells nothing of what other agencies have here: no size and no root of the one log, which serves them
    all, and no file that is not this share's. Writes nothing.
    """
    if not verify_part(workspace, ()).is_whole:
        return AgencyVerdict(is_whole=False, tips=0, runs=0, files=0, entries=0, faults=())
    log = Log.open(workspace)
    entries = log.entries()
    done = [entry for entry in entries if entry.action == COMPLETED]
    runs = {e.subject for e in done if e.subject in subjects or _tip_of(workspace, e.subject) in tips}
    papers = [e.subject for e in entries if e.action == PAPER and _of_paper(workspace, log, e) in tips]
    exhibits = [path for tip in tips for path in _exhibits(workspace, tip)]
    part = verify_part(workspace, {*tips, *runs, *papers, *subjects}, also=exhibits)
    broken = {fault.path for fault in part.faults}
    known = {path for entry in entries for path in entry.digests}
    lineage = [f for run in runs if f"lake/{run}/run.json" not in broken for f in _lineage(workspace, run, known)]
    faults = (*part.faults, *lineage)
    return AgencyVerdict(part.is_whole, len(tips), len(runs), part.files, part.entries, faults)


def _tip_of(workspace: Path, run: str) -> str:
    """The tip of a complete run; empty where its record cannot be read, and nobody knows whose it is."""
    record = _json(workspace / "lake" / run / "run.json")
    try:
        return str(record["identity"]["tip"]["tip"])
    except (KeyError, TypeError):
        return ""


def _of_paper(workspace: Path, log: Log, entry: Entry) -> str:
    """The tip of a paper, by its record or, where that is damaged, by what was noted when it was sealed."""
    record = _json(workspace / paper_path(entry.subject))
    try:
        return str((record or log.payload(entry) or {}).get("tip", ""))
    except (IntegrityBroken, AttributeError):
        return ""


def _exhibits(workspace: Path, tip: str) -> list[str]:
    """Where a tip's files lie; none where its manifest is damaged, which is a fault of its own."""
    record, store = _json(workspace / tip_path(TipId(tip))), ExhibitStore(workspace)
    try:
        return [store.relative(file["sha256"]) for file in record["files"]]
    except (KeyError, TypeError, WrongUsage):
        return []


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


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
