"""Carries out the rules of priority: points by factor, checks, certainty, and the ranked candidates."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.errors import LeadlineError
from leadline.facts.tables import (
    AccessRow,
    AccountRecordRow,
    ActivityRow,
    AnswerRow,
    AttributionRow,
    CandidateRow,
    CheckRow,
    ClusterRow,
    ContributionRow,
    DeviceResultRow,
    HolderRow,
    JurisdictionRow,
    MetBeforeRow,
    ObjectRow,
    ReportedAccountRow,
    ReportedFileRow,
    SightingRow,
)
from leadline.facts.tables.staging import STAGING
from leadline.reading.identifiers import email_forms, telephone
from leadline.stages.priority.contract import FACTORS, automated_clients, check_values, device_clients, weights
from leadline.stages.priority.returnable import CHECKS
from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.scales import CLOCK_DAYS, Level

if TYPE_CHECKING:
    from leadline.facts.engine import Value
    from leadline.facts.runs import Work
    from leadline.stages.priority.contract import Factor
    from leadline.stages.priority.returnable import Check

_READ = (
    AccessRow,
    AccountRecordRow,
    ActivityRow,
    AttributionRow,
    ContributionRow,
    HolderRow,
    JurisdictionRow,
    ObjectRow,
    SightingRow,
    ClusterRow,
    AnswerRow,
    CheckRow,
    DeviceResultRow,
    MetBeforeRow,
    ReportedAccountRow,
    ReportedFileRow,
)
KNOWN_CHECK = pa.schema(
    [
        *((name, pa.string()) for name in ("check_name", "title", "ask", "yes_means", "confirms")),
        *((name, pa.int64()) for name in ("points", "place", "safeguarding_days")),
        ("assessment", pa.bool_()),
    ]
)
"""One row a check that may come back."""
RECORD_FORM = pa.schema([("account_key", pa.string()), ("what", pa.string()), ("form", pa.string())])
_STATED = """
select r.account_key, r.email, r.phone, r.declared_country
from account_record as r
semi join named_source as n on n.account_key = r.account_key
order by r.account_key
"""
_GRAVITY = ("check_state", "later_point", "reason", "score")
_CHECKS = ("client", "pace", "takeover", "flagged", "reported", "circumstance", "doubt_state", "certainty", "doubt")
_NAMED = ("named_source", "agreeing_source")
_STAGED = ("enforcement", "unknown_word", "unknown", "open_check", "stage_next", "next_check", "stage_known", "stage")
_ANSWERS = ("caveat", "candidate", "clock")


def run(work: Work) -> None:
    """Read the tables of the stages before; write `candidate`, one ranked row an account with its reasons."""
    for fact in _READ:
        work.lake.lend(work.engine, fact)
    values = _values(work)
    work.progress.begin("candidates", None)
    for table in ("contributed", "conduct"):
        _apply(work, table, values)
    _points(work)
    work.engine.table("known_check", known_checks(CHECKS.all()))
    for table in (*_GRAVITY, *_CHECKS, *_NAMED):
        _apply(work, table, values)
    work.engine.table("record_form", _record_forms(work))
    for table in (*_STAGED, *_ANSWERS):
        _apply(work, table, values)
    work.lake.write(work.engine, CandidateRow)
    for written in STAGING:
        work.lake.write(work.engine, written)
    work.progress.end()


def _points(work: Work) -> None:
    """Make the table `point`, all factors together, and lend the caps of their families as `cap`."""
    work.engine.rule("point", points_rule(FACTORS.all()))
    caps = weights().caps
    table = {
        "family": pa.array(sorted(caps), pa.string()),
        "points": pa.array([caps[f] for f in sorted(caps)], pa.int64()),
    }
    work.engine.lend("cap", pa.table(table))


def points_rule(factors: tuple[Factor, ...]) -> str:
    """The rule that gives the points of these factors; :class:`LeadlineError` where a family has no cap."""
    for factor in factors:
        if factor.family and factor.family not in weights().caps:
            raise LeadlineError(
                f"the factor {factor.name!r} is of the family {factor.family!r}, which has no cap.",
                advice=f"Families with a cap: {', '.join(sorted(weights().caps))}.",
            )
    selects = "\nunion all\n".join(factor.rule() for factor in factors)
    return f"-- Points by factor, written from the registered factors and the table of points.\n{selects}"


def _values(work: Work) -> dict[str, Value]:
    levels = weights().levels
    return {
        **check_values(),
        "shared_address_accounts": work.settings.shared_address_accounts,
        "automated_clients": automated_clients(),
        "device_clients": device_clients(),
        "provider": work.tip.provider or "the provider",
        "provider_name": work.tip.provider,
        "start": weights().start,
        "very_high": levels["very-high"],
        "high": levels["high"],
        "medium": levels["medium"],
        **{f"clock_{level.replace('-', '_')}": CLOCK_DAYS[level] for level in Level},
        "received_at": parse_zoned(work.tip.received_at),
        "earlier_tips": len(work.earlier),
        "met_before_points": _points_of("met-before", "tips"),
        "device_opened_points": _points_of("device-opened", "contents"),
        "device_known_points": _points_of("device-known", "contents"),
    }


def _points_of(subject: str, measure: str) -> int:
    return weights().steps[subject, measure][0].points


def known_checks(checks: tuple[Check, ...]) -> pa.Table:
    """The checks as the table `known_check`, columns :data:`KNOWN_CHECK`."""
    rows = [
        {**{name: getattr(check, name, None) for name in KNOWN_CHECK.names}, "check_name": check.name}
        for check in checks
    ]
    return pa.Table.from_pylist(rows, schema=KNOWN_CHECK)


def _record_forms(work: Work) -> pa.Table:
    """What the provider's record states of accounts that somebody names, in forms that can be compared."""
    stated = work.engine.arrow(_STATED).to_pylist()
    rows = [
        (row["account_key"], what, form)
        for row in stated
        for what, form in (
            ("e-mail address", email_forms(row["email"])["mailbox"]),
            ("telephone number", telephone(row["phone"], region=row["declared_country"])),
        )
        if form
    ]
    return pa.Table.from_pylist([dict(zip(RECORD_FORM.names, row, strict=True)) for row in rows], schema=RECORD_FORM)


def _apply(work: Work, table: str, values: dict[str, Value]) -> None:
    sql = files("leadline.stages.priority").joinpath(f"rules/{table}.sql").read_text("utf-8")
    work.engine.rule(table, sql, values)
