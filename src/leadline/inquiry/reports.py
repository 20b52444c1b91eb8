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
from leadline.facts.tables.base import schema_of
from leadline.inquiry.candidates import plain

if TYPE_CHECKING:
    from leadline.facts.engine import Engine
    from leadline.inquiry.runs import RunView

_BUCKETED = (ReportedAccountRow, ReportedEventRow, ReportedFileRow)
_WHOLE = (ReportRow, ReportedObjectRow, ReportOmissionRow)
_OF_ACCOUNT = """
select a.*, r.report_id, r.incident, r.incident_at, r.incident_text, r.zone_stated as incident_zone_stated, r.escalated
from reported_account as a
join report as r on r.file = a.file and r.report = a.report
where a.account_key = $account
order by a.file, a.report, a.party
"""
_EVENTS = """
select e.* from reported_event as e
where e.account_key = $account and e.file = $file and e.report = $report
order by e.event
"""
_FILES = """
select f.*, coalesce(list_sort(list(o.object_key) filter (where o.object_key is not null)), []) as objects,
    coalesce(bool_or(o.contradicted), false) as contradicted
from reported_file as f
left join reported_object as o on o.file = f.file and o.report = f.report and o.number = f.number
where f.account_key = $account and f.file = $file and f.report = $report
group by all
order by f.number
"""
_LEFT_OUT = """
select o.element, o.occurrences, o.characters from report_omission as o
where o.file = $file and o.report = $report
order by o.element
"""
_PLACES = {"file", "report", "account_key"}


def reports_about(view: RunView, engine: Engine, account: str) -> list[dict[str, Any]]:
    """One object for each place in a report that names the account: its role, events, files and what was left out.

    A run that was made before reports were read has none.
    """
    for fact in _BUCKETED:
        path = view.lake.bucket_path(fact, account)
        engine.view(fact.table, [path] if path.exists() else [], schema=schema_of(fact))
    for whole in _WHOLE:
        view.lake.lend(engine, whole)
    paths = {file.no: file.path for file in view.tip.files}
    return [_told(engine, row, paths) for row in engine.rows(_OF_ACCOUNT, {"account": account})]


def _told(engine: Engine, row: dict[str, Any], paths: dict[int, str]) -> dict[str, Any]:
    place = {"account": row["account_key"], "file": row["file"], "report": row["report"]}
    here = {"file": row["file"], "report": row["report"]}
    return {
        "path": paths[row["file"]],
        **_plain(row),
        "events": [_plain(one) for one in engine.rows(_EVENTS, place)],
        "files": [_plain(one) for one in engine.rows(_FILES, place)],
        "left_out": [_plain(one) for one in engine.rows(_LEFT_OUT, here)],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in row.items() if key not in _PLACES}
