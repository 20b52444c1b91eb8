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
from leadline.inquiry.candidates import SCORE_NOTE, as_json, expiry, plain
from leadline.inquiry.links import links_of
from leadline.inquiry.origin import origin_roles
from leadline.inquiry.reports import reports_about
from leadline.inquiry.source_lines import line_texts
from leadline.inquiry.staging import staging_of
from leadline.seal.exhibits import ExhibitStore

if TYPE_CHECKING:
    from leadline.facts.lake import Lake
    from leadline.inquiry.runs import RunView
    from leadline.seal.manifest import TipFile

ONLY_REPORTED = (
    "no candidate: the account occurs in providers' reports alone, and no relevant access of the logs names it;"
    " it has no score and no rank"
)
_OF_LINE = (
    "file", "line", "accessed_at", "time_text", "zone_stated", "action", "object_key", "succeeded", "is_head",
    "remote_ip", "remote_port", "status", "bytes", "user_agent", "session", "seen_twice",
)  # fmt: skip
"""What a source line shows of an access, in this order; `presence` follows."""


def explain_account(view: RunView, account: str, *, texts: int = 0) -> dict[str, Any]:
    """Candidate, activity, attribution with its ledger, record, contributions, links, requests and source lines.

    Reads only the account's own bucket, but for its links. The first ``texts`` source lines come with their `text`,
    for which the exhibits are read again. :class:`WrongUsage` when the run has no such candidate.
    """
    lake = view.lake
    found = lake.rows_of(CandidateRow, account)
    if not found:
        raise WrongUsage(
            f"run {view.run} has no candidate {account!r}.",
            advice="Account keys are compared byte for byte; `leadline candidates` lists them.",
        )
    return {
        "run": view.run,
        "tip": view.tip.tip,
        "note": SCORE_NOTE,
        "candidate": as_json(found[0]),
        "activity": _first(lake, ActivityRow, account),
        "attribution": _attribution(lake, account),
        "jurisdictions": [
            {**_plain_row(row), "share": row["share"] / 1000} for row in lake.rows_of(JurisdictionRow, account)
        ],
        "holders": [_expiring(row) for row in lake.rows_of(HolderRow, account)],
        "sightings": [_plain_row(row) for row in lake.rows_of(SightingRow, account)],
        "account_record": _first(lake, AccountRecordRow, account),
        "reports": reports_about(view, account),
        "contributions": [_plain_row(row) for row in lake.rows_of(ContributionRow, account)],
        "origin": origin_roles(view, account),
        **links_of(view, account),
        **staging_of(view, account),
        "requests": [_expiring(row) for row in lake.rows_of(RequestRow, account)],
        "source_lines": _source_lines(view, account, texts),
    }


def explain_reported(view: RunView, account: str) -> dict[str, Any] | None:
    """What providers' reports, and a record if there is one, say of an account that is no candidate of the run.

    None where no report names it. `candidate` is always None: a report puts nobody into the order of work.
    """
    reports = reports_about(view, account)
    if not reports:
        return None
    return {
        "run": view.run,
        "tip": view.tip.tip,
        "note": ONLY_REPORTED,
        "account": account,
        "candidate": None,
        "account_record": _first(view.lake, AccountRecordRow, account),
        "reports": reports,
    }


def _first(lake: Lake, fact: type[Fact], account: str) -> dict[str, Any] | None:
    rows = lake.rows_of(fact, account)
    return _plain_row(rows[0]) if rows else None


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in row.items() if key != "account_key"}


def _expiring(row: dict[str, Any]) -> dict[str, Any]:
    return {**_plain_row(row), "evidence_expires": expiry(row["evidence_expires"])}


def _attribution(lake: Lake, account: str) -> dict[str, Any] | None:
    rows = lake.rows_of(AttributionRow, account)
    return {**_expiring(rows[0]), "confidence": rows[0]["confidence"] / 1000} if rows else None


def _source_lines(view: RunView, account: str, texts: int) -> list[dict[str, Any]]:
    """The account's relevant accesses in the order of time, each with its file's name and digest."""
    files = {file.no: file for file in view.tip.files}
    rows = [row for row in view.lake.rows_of(AccessRow, account) if row["relevant"]]
    stood = {(row["file"], row["line"]): row["presence"] for row in view.lake.rows_of(PresenceRow, account)}
    places = [(row["file"], row["line"]) for row in rows]
    found = line_texts(ExhibitStore(view.workspace), files, places[:texts])
    return [
        {**_source(row, files[row["file"]], stood.get(place)), **({"text": found[place]} if place in found else {})}
        for row, place in zip(rows, places, strict=True)
    ]


def _source(row: dict[str, Any], file: TipFile, presence: str | None) -> dict[str, Any]:
    shown = {name: plain(row[name]) for name in _OF_LINE if name != "file"}
    return {"exhibit_sha256": file.sha256, "path": file.path, **shown, "presence": presence}
