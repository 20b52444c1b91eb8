"""The report of an examination as PDF and CSV: tools, sets, counts, what looking covers, anomalies, custody.

The same examination and log give the same bytes: the report is dated by its log and not by the clock.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from leadline.documents.typesetting import Typesetter
from leadline.errors import ApprovalMissing
from leadline.facts.tables.devices import CoverageRow
from leadline.handover import ladder
from leadline.stages.devices.report import report_lines, report_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leadline.handover import Step
    from leadline.inquiry.findings import ExaminationView

_MARKS = (100, 250, 500, 750, 900, 950, 1000)
_CURVE = """
select min(c.look_order) as groups
from coverage as c
where c.share_so_far >= $mark
"""
_HEADS = {
    "examination": "Examination",
    "tool": "Tools and their versions",
    "source facts": "What the source says of itself",
    "source proof": "Proof that the source was not changed",
    "source": "Source",
    "set": "Hash sets asked",
    "near": "Near-duplicates",
    "class": "Files by class",
    "look": "Order of looking",
    "conflict": "Contradictions",
    "not read": "What was not read, and why",
    "anomaly": "Anomalies",
}
_LIMITS = (
    "Unknown is not harmless, and known is not known good: a hash says whether a file was met before.",
    "What is near is a candidate that a person must look at; it is never an identity.",
    "A class is an order of work. It does not say who used the device, nor whether a file was ever opened on it.",
    "Space outside volumes, what is listed as not read, and the content of archives were not searched.",
)


def report_csv(view: ExaminationView, steps: Sequence[Step] | None = None) -> str:
    """The report as ``part,what,value``, with coverage and custody (``steps``: with other names than the log's)."""
    more = [("look", f"groups that cover {mark / 10:g} % of the files to look at", n) for mark, n in _curve(view)]
    told = [("custody", step.at, _in_words(step)) for step in steps or ladder(view.workspace, view.id)]
    return report_lines(view.record, more=[*more, *told])


def report_pdf(view: ExaminationView, steps: Sequence[Step] | None = None) -> bytes:
    """The report as PDF/UA-1. :class:`LeadlineError` where the package typst is not installed."""
    steps = steps or ladder(view.workspace, view.id)
    at = datetime.fromisoformat(steps[-1].at)
    content = {
        "title": f"Examination {view.id}",
        "sender": view.record["agency"],
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "parts": list(_parts(view)),
        "curve": [[f"{mark / 10:g} %", f"{groups:,}"] for mark, groups in _curve(view)],
        "ladder": [[step.at, step.what, step.who, step.digests, step.remark] for step in steps],
        "limits": _LIMITS,
    }
    return Typesetter("leadline.stages.devices", "examination.typ").pdf(content, at=at)


def _parts(view: ExaminationView) -> Iterator[dict[str, object]]:
    for part, rows in groupby(report_rows(view.record), key=lambda row: row[0]):
        yield {
            "head": _HEADS[part],
            "rows": [[what, f"{value:,}" if isinstance(value, int) else str(value)] for _, what, value in rows],
        }


def _curve(view: ExaminationView) -> list[tuple[int, int]]:
    """For each mark in thousandths how many groups reach it; empty where there is nothing, or rows are withheld."""
    try:
        view.folder  # noqa: B018  refused here for a listing
    except ApprovalMissing:
        return []
    with view.engine(CoverageRow) as engine:
        found = [(mark, engine.rows(_CURVE, {"mark": mark})[0]["groups"]) for mark in _MARKS]
    return [(mark, int(str(groups))) for mark, groups in found if groups is not None]


def _in_words(step: Step) -> str:
    return "; ".join(part for part in (step.what, step.who, step.digests, step.remark) if part)
