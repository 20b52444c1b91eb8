"""Everything about one account: what it did, where it belongs, why it ranks so, what speaks against, which lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.errors import WrongUsage
from leadline.facts.tables import (
    AccessRow,
    AccountRecordRow,
    ActivityRow,
    AttributionRow,
    CandidateRow,
    ContributionRow,
    Fact,
    HolderRow,
    JurisdictionRow,
    PresenceRow,
    RequestRow,
    SightingRow,
)
from leadline.facts.tables.base import schema_of
from leadline.inquiry.candidates import SCORE_NOTE, as_json, expiry, plain
from leadline.inquiry.links import links_of
from leadline.inquiry.origin import origin_roles
from leadline.inquiry.reports import reports_about
from leadline.inquiry.source_lines import line_texts
from leadline.inquiry.staging import staging_of
from leadline.seal.exhibits import ExhibitStore

if TYPE_CHECKING:
    from leadline.facts.engine import Engine
    from leadline.inquiry.runs import RunView
    from leadline.seal.manifest import TipFile

_ONE = (CandidateRow, ActivityRow, AttributionRow, AccountRecordRow)
_MANY = (JurisdictionRow, HolderRow, SightingRow, ContributionRow, RequestRow)
_LINES = """
select a.file, a.line, a.accessed_at, a.time_text, a.zone_stated, a.action, a.object_key, a.succeeded, a.is_head,
       a.remote_ip, a.remote_port, a.status, a.bytes, a.user_agent, a.session, a.seen_twice, p.presence
from access as a
left join presence as p on p.file = a.file and p.line = a.line
where a.account_key = $account and a.relevant
order by a.accessed_at, a.file, a.line
"""


def explain_account(view: RunView, account: str, *, texts: int = 0) -> dict[str, Any]:
    """Candidate, activity, attribution with its ledger, record, contributions, links, requests and source lines.

    Reads only the account's own bucket, but for its links. The first ``texts`` source lines come with their `text`,
    for which the exhibits are read again. :class:`WrongUsage` when the run has no such candidate.
    """
    with view.engine() as engine:
        for fact in (*_ONE, *_MANY, AccessRow, PresenceRow):
            _lend_bucket(view, engine, fact, account)
        found = _rows(engine, CandidateRow, account)
        if not found:
            raise WrongUsage(
                f"run {view.run} has no candidate {account!r}.",
                advice="Account keys are compared byte for byte; `leadline candidates` lists them.",
            )
        files = {file.no: file for file in view.tip.files}
        return {
            "run": view.run,
            "tip": view.tip.tip,
            "note": SCORE_NOTE,
            "candidate": as_json(found[0]),
            "activity": _first(engine, ActivityRow, account),
            "attribution": _attribution(engine, account),
            "jurisdictions": _shares(engine, account),
            "holders": [_expiring(row) for row in _rows(engine, HolderRow, account)],
            "sightings": [_plain_row(row) for row in _rows(engine, SightingRow, account)],
            "account_record": _first(engine, AccountRecordRow, account),
            "reports": reports_about(view, engine, account),
            "contributions": [_plain_row(row) for row in _rows(engine, ContributionRow, account)],
            "origin": origin_roles(view, account),
            **links_of(view, account),
            **staging_of(view, account),
            "requests": [_expiring(row) for row in _rows(engine, RequestRow, account)],
            "source_lines": _with_texts(view, engine.rows(_LINES, {"account": account}), files, texts),
        }


def _lend_bucket(view: RunView, engine: Engine, fact: type[Fact], account: str) -> None:
    path = view.lake.bucket_path(fact, account)
    engine.view(fact.table, [path] if path.exists() else [], schema=schema_of(fact))


def _rows(engine: Engine, fact: type[Fact], account: str) -> list[dict[str, Any]]:
    order = ", ".join(f't."{name}" nulls first' for name in fact.key)
    return engine.rows(
        f"select t.* from {fact.table} as t where t.account_key = $account order by {order}", {"account": account}
    )


def _first(engine: Engine, fact: type[Fact], account: str) -> dict[str, Any] | None:
    rows = _rows(engine, fact, account)
    return _plain_row(rows[0]) if rows else None


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in row.items() if key != "account_key"}


def _expiring(row: dict[str, Any]) -> dict[str, Any]:
    return {**_plain_row(row), "evidence_expires": expiry(row["evidence_expires"])}


def _attribution(engine: Engine, account: str) -> dict[str, Any] | None:
    rows = _rows(engine, AttributionRow, account)
    return {**_expiring(rows[0]), "confidence": rows[0]["confidence"] / 1000} if rows else None


def _shares(engine: Engine, account: str) -> list[dict[str, Any]]:
    return [{**_plain_row(row), "share": row["share"] / 1000} for row in _rows(engine, JurisdictionRow, account)]


def _with_texts(
    view: RunView, rows: list[dict[str, Any]], files: dict[int, TipFile], texts: int
) -> list[dict[str, Any]]:
    places = [(row["file"], row["line"]) for row in rows]
    found = line_texts(ExhibitStore(view.workspace), files, places[:texts])
    return [
        {**_source(row, files), **({"text": found[place]} if place in found else {})}
        for row, place in zip(rows, places, strict=True)
    ]


def _source(row: dict[str, Any], files: dict[int, TipFile]) -> dict[str, Any]:
    file = files[row["file"]]
    shown = {key: plain(value) for key, value in row.items() if key != "file"}
    return {"exhibit_sha256": file.sha256, "path": file.path, **shown}
