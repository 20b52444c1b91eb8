"""What providers' reports say of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables import (
    ReportedAccountRow,
    ReportedEventRow,
    ReportedFileRow,
    ReportedObjectRow,
    ReportOmissionRow,
    ReportRow,
)
from leadline.inquiry.candidates import plain

if TYPE_CHECKING:
    from leadline.facts.tables import Fact
    from leadline.inquiry.runs import RunView

_OF_REPORT = {
    "report_id": "report_id", "incident": "incident", "incident_at": "incident_at", "incident_text": "incident_text",
    "incident_zone_stated": "zone_stated", "escalated": "escalated",
}  # fmt: skip
"""What is shown of the report beside what it says of the account: our name, its column."""
_PLACES = {"file", "report", "account_key"}


def reports_about(view: RunView, account: str) -> list[dict[str, Any]]:
    """One object for each place in a report that names the account: its role, events, files and what was left out.

    A run that was made before reports were read has none.
    """
    named = view.lake.rows_of(ReportedAccountRow, account)
    if not named:
        return []
    events, files = view.lake.rows_of(ReportedEventRow, account), view.lake.rows_of(ReportedFileRow, account)
    paths = {file.no: file.path for file in view.tip.files}
    return [
        {
            "path": paths[row["file"]],
            **_plain(row),
            **_of_report(view, row),
            "events": [_plain(one) for one in events if _place(one) == _place(row)],
            "files": [_file(view, one) for one in files if _place(one) == _place(row)],
            "left_out": [_plain(one) for one in _here(view, ReportOmissionRow, row)],
        }
        for row in named
    ]


def _place(row: dict[str, Any]) -> tuple[int, int]:
    return row["file"], row["report"]


def _here(view: RunView, fact: type[Fact], row: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that no account divides, of the same report."""
    return [one for one in view.lake.rows_where(fact, ("report",), row["report"]) if _place(one) == _place(row)]


def _of_report(view: RunView, row: dict[str, Any]) -> dict[str, Any]:
    (report,) = _here(view, ReportRow, row)
    return {name: plain(report[column]) for name, column in _OF_REPORT.items()}


def _file(view: RunView, row: dict[str, Any]) -> dict[str, Any]:
    """A reported file with the objects of the inventory that it is, and whether what was reported contradicts them."""
    found = [one for one in _here(view, ReportedObjectRow, row) if one["number"] == row["number"]]
    objects = sorted(one["object_key"] for one in found)
    return {**_plain(row), "objects": objects, "contradicted": any(one["contradicted"] for one in found)}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in row.items() if key not in _PLACES}
