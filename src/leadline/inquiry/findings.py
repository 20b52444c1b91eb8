"""The findings of an examination, in the contract's columns; of a listing none until a second person releases them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import ApprovalMissing, IntegrityBroken, WrongUsage
from leadline.examination import COMPLETED, read_record
from leadline.exposure import first_viewings
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables.devices import AnomalyRow, FindingRow
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.vocabulary.instants import iso_z
from leadline.withheld import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.tables import Fact

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
    "viewed_at",
    "viewed_by",
    "viewed_under",
)
_SELECT = """
select f.path, f.size, f.md5, f.sha1, f.sha256, f.pdq, f.finding_class as "class", f.group_key as "group", f.object_key,
       nullif(f.set_names, '') as "set", f.category, f.scheme, f.look_order, f.opened_at, f.basis, f.collision_possible,
       f.distance, f.media, f.copies, f.group_files, f.alike, f.dissent, f.deleted, f.problem
from finding as f
where f.finding_class = $class or $class is null
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
        """Where its rows lie; those of a listing only once they are released."""
        if not self.record["source"]["listing"]:
            return self.workspace / "lake" / self.id
        released = self.workspace / FOLDER / self.id
        if not (released / "release.json").exists():
            raise ApprovalMissing(
                f"examination {self.id} is of a listing, of which only counts are given.",
                advice="A second person, who holds the key, releases rows for a case; or examine the device itself.",
            )
        return released

    @contextmanager
    def engine(self, *facts: type[Fact]) -> Iterator[Engine]:
        """An engine to which these tables of the examination are lent."""
        settings = read_settings(self.workspace)
        lake = Lake(self.folder)
        with Engine(spill=self.workspace / "spill", threads=settings.threads, memory_mb=settings.memory_mb) as engine:
            for fact in facts:
                lake.lend(engine, fact)
            yield engine


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


def select_findings(
    view: ExaminationView, *, finding_class: str | None = None, agency: str | None = None
) -> Iterator[dict[str, Any]]:
    """Findings with the keys :data:`COLUMNS`, what to look at first first; only those of a class where one is named.

    The last three tell who of the agency (the workspace's own where none is named) looked at the content first.
    :class:`ApprovalMissing` for a listing whose rows no second person has released for a case.
    """
    view.folder  # noqa: B018  refused here, and not when the first row is asked for
    return _rows(view, finding_class, agency or read_settings(view.workspace).agency)


def select_anomalies(view: ExaminationView) -> list[dict[str, Any]]:
    """What a reader of the findings must know of the source: ``what, place, detail``; at most 10,001 rows.

    Of a listing, too: its anomalies are lines that could not be read, and no set is asked for them.
    """
    lake = Lake(view.workspace / "lake" / view.id)
    with Engine(spill=view.workspace / "spill") as engine:
        lake.lend(engine, AnomalyRow)
        return engine.rows("select a.what, a.place, a.detail from anomaly as a order by a.what, a.place, a.number")


def _rows(view: ExaminationView, finding_class: str | None, agency: str) -> Iterator[dict[str, Any]]:
    viewed = first_viewings(Log.open(view.workspace), agency)
    with view.engine(FindingRow) as engine:
        for batch in engine.stream(_SELECT, {"class": finding_class}):
            for row in batch.to_pylist():
                first = viewed.get(identity_of(row))
                yield {
                    **row,
                    "opened_at": iso_z(row["opened_at"]) if row["opened_at"] else None,
                    "viewed_at": first.at if first else None,
                    "viewed_by": first.viewer.name if first else None,
                    "viewed_under": first.authority if first else None,
                }


def identity_of(row: dict[str, Any]) -> str:
    """The strongest digest of a row, as ``sha256:…``; nothing where it has none."""
    return next((f"{kind}:{row[kind]}" for kind in ("sha256", "sha1", "md5") if row[kind]), "")
