"""The findings of an examination, in the contract's columns; of a listing none: they would answer for any digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import ApprovalMissing, IntegrityBroken, WrongUsage
from leadline.examination import COMPLETED, read_record
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables.devices import FindingRow
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ID = re.compile(r"X-[0-9a-f]{16}\Z", re.ASCII)
COLUMNS = (
    "path",
    "size",
    "md5",
    "sha1",
    "sha256",
    "pdq",
    "class",
    "group",
    "object_key",
    "set",
    "category",
    "scheme",
    "look_order",
    "opened_at",
    "basis",
    "collision_possible",
    "distance",
    "media",
    "copies",
    "group_files",
    "alike",
    "dissent",
    "deleted",
    "problem",
)
_SELECT = """
select f.path, f.size, f.md5, f.sha1, f.sha256, f.pdq, f.finding_class as "class", f.group_key as "group", f.object_key,
       nullif(f.set_names, '') as "set", f.category, f.scheme, f.look_order, f.opened_at, f.basis, f.collision_possible,
       f.distance, f.media, f.copies, f.group_files, f.alike, f.dissent, f.deleted, f.problem
from finding as f
order by f.look_order nulls last, f.entry
"""


@dataclass(frozen=True)
class ExaminationView:
    """A complete examination, opened for reading."""

    workspace: Path
    id: str
    record: dict[str, Any]

    @property
    def folder(self) -> Path:
        return self.workspace / "lake" / self.id


def open_examination(workspace: Path, examination: str | None = None) -> ExaminationView:
    """The examination of this name, or the last complete one; :class:`WrongUsage` when there is none."""
    read_settings(workspace)
    if examination is not None and not _ID.match(examination):
        raise WrongUsage(f"{examination!r} is no examination.", advice="It is written X- and 16 hexadecimal digits.")
    entries = [entry for entry in Log.open(workspace).entries() if entry.action == COMPLETED]
    found = [entry.subject for entry in entries if examination in (None, entry.subject)]
    if not found:
        raise WrongUsage(
            "no such examination was completed here.", advice="`leadline examine SOURCE --authority TEXT`."
        )
    folder = workspace / "lake" / found[-1]
    try:
        return ExaminationView(workspace, found[-1], read_record(folder))
    except (OSError, ValueError, KeyError) as error:
        raise IntegrityBroken(
            f"the record of examination {found[-1]} cannot be read.", where=str(folder), advice="Run `leadline verify`."
        ) from error


def select_findings(view: ExaminationView) -> Iterator[dict[str, Any]]:
    """Findings with the keys :data:`COLUMNS`, what to look at first first.

    :class:`ApprovalMissing` for a listing: its rows are released by a second person, who ties them to a case.
    """
    if view.record["source"]["listing"]:
        raise ApprovalMissing(
            f"examination {view.id} is of a listing, of which only counts are given.",
            advice="A second person releases rows at the desk; or examine the device or its image.",
        )
    return _rows(view)


def _rows(view: ExaminationView) -> Iterator[dict[str, Any]]:
    settings = read_settings(view.workspace)
    with Engine(spill=view.workspace / "spill", threads=settings.threads, memory_mb=settings.memory_mb) as engine:
        Lake(view.folder).lend(engine, FindingRow)
        for batch in engine.stream(_SELECT):
            for row in batch.to_pylist():
                yield {**row, "opened_at": iso_z(row["opened_at"]) if row["opened_at"] else None}
