"""Every refused line of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.facts.tables import RejectRow
from leadline.inquiry.candidates import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.inquiry.runs import RunView

COLUMNS = ("exhibit_sha256", "path", "kind", "line", "reason", "text_sha256")


def select_rejects(view: RunView) -> Iterator[dict[str, object]]:
    """Refused lines in the order of files and lines, with the keys :data:`COLUMNS`."""
    listed = ", ".join(f"r.{name}" for name in COLUMNS)
    with view.engine(RejectRow) as engine:
        yield from rows_of(engine.stream(f"select {listed} from reject as r order by r.file, r.line, r.reason"))
