"""Sealed tips and their complete runs, for lists; refused lines counted by file and reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken
from leadline.facts.runs import COMPLETED
from leadline.facts.tables import FileTallyRow, RejectRow
from leadline.inquiry.candidates import plain
from leadline.seal.log import Log
from leadline.stages.intake import tips as intake
from leadline.vocabulary.identifiers import TipId

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.inquiry.runs import RunView
    from leadline.seal.manifest import TipManifest

_COUNTED = "select r.path, r.kind, r.reason, count(*) as rejects from reject as r group by all order by 1, 2, 3"
_TALLIES = "select t.* from file_tally as t order by t.file"
_PAGE = (
    "select r.exhibit_sha256, r.path, r.kind, r.line, r.reason, r.text_sha256 from reject as r"
    " where ($reason is null or r.reason = $reason)"
    " order by r.file, r.line, r.reason limit cast($size as bigint) offset cast($skip as bigint)"
)


@dataclass(frozen=True)
class TipLine:
    """A sealed tip as a list shows it."""

    tip: str
    reference: str
    provider: str
    agency: str
    received_at: str
    sealed_at: str
    files: int
    gaps: int


@dataclass(frozen=True)
class RunLine:
    """A complete run as a list shows it; ``accounting`` holds the contract's keys."""

    run: str
    tip: str
    completed_at: str
    accounting: dict[str, Any]


def sealed_tips(workspace: Path) -> list[TipLine]:
    """Every tip that the log vouches for, in the order of receipt."""
    log = Log.open(workspace)
    sealed_at = {entry.subject: entry.at for entry in log.entries() if entry.action == intake.RECEIVED}
    return [_line(tip_manifest(workspace, tip), sealed_at.get(tip, "")) for tip in intake.sealed_tips(workspace)]


def _line(manifest: TipManifest, sealed_at: str) -> TipLine:
    return TipLine(
        tip=manifest.tip,
        reference=manifest.reference,
        provider=manifest.provider,
        agency=manifest.agency,
        received_at=manifest.received_at,
        sealed_at=sealed_at,
        files=len(manifest.files),
        gaps=len(manifest.gaps),
    )


def tip_manifest(workspace: Path, tip: str) -> TipManifest:
    """The manifest of a tip; :class:`leadline.errors.WrongUsage` where there is no such one."""
    return intake.load_tip(workspace, TipId(tip))


def runs_of(workspace: Path) -> list[RunLine]:
    """Every complete run, in the order of completion."""
    entries = [entry for entry in Log.open(workspace).entries() if entry.action == COMPLETED]
    last = {entry.subject: entry for entry in entries}
    return [_run(workspace, run, entry.at) for run, entry in last.items()]


def _run(workspace: Path, run: str, at: str) -> RunLine:
    recorded = workspace / "lake" / run / "run.json"
    try:
        record = json.loads(recorded.read_bytes())
        return RunLine(run, record["identity"]["tip"]["tip"], at, dict(record["accounting"]))
    except (OSError, ValueError, KeyError) as error:
        raise IntegrityBroken(
            f"the record of run {run} cannot be read: {error}", where=str(recorded), advice="Run `leadline verify`."
        ) from error


def count_rejects(view: RunView) -> list[dict[str, Any]]:
    """`path, kind, reason, rejects`: refused lines of each file by reason."""
    with view.engine(RejectRow) as engine:
        return engine.rows(_COUNTED)


def page_of_rejects(view: RunView, *, reason: str | None, skip: int, size: int) -> list[dict[str, Any]]:
    """Some refused lines in the order of files and lines, of one reason where one is named."""
    with view.engine(RejectRow) as engine:
        return engine.rows(_PAGE, {"reason": reason, "size": size, "skip": skip})


def tallies(view: RunView) -> dict[int, dict[str, Any]]:
    """What became of the lines of each access log, by the file's number in the manifest."""
    with view.engine(FileTallyRow) as engine:
        return {
            int(str(row["file"])): {key: plain(value) for key, value in row.items()} for row in engine.rows(_TALLIES)
        }
