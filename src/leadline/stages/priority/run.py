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
    AttributionRow,
    CandidateRow,
    ClusterRow,
    ContributionRow,
    HolderRow,
    JurisdictionRow,
    ObjectRow,
    SightingRow,
)
from leadline.stages.priority.contract import FACTORS, automated_clients, check_values, device_clients, weights

if TYPE_CHECKING:
    from leadline.facts.engine import Value
    from leadline.facts.runs import Work
    from leadline.stages.priority.contract import Factor

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
)
_GRAVITY = ("reason", "score")
_CHECKS = ("client", "pace", "takeover", "circumstance", "doubt_state", "certainty", "doubt")
_ANSWERS = ("caveat", "unknown", "next_check", "candidate")


def run(work: Work) -> None:
    """Read the tables of the stages before; write `candidate`, one ranked row an account with its reasons."""
    for fact in _READ:
        work.lake.lend(work.engine, fact)
    values = _values(work)
    work.progress.begin("candidates", None)
    for table in ("contributed", "conduct"):
        _apply(work, table, values)
    _points(work)
    for table in (*_GRAVITY, *_CHECKS, *_ANSWERS):
        _apply(work, table, values)
    work.lake.write(work.engine, CandidateRow)
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
    }


def _apply(work: Work, table: str, values: dict[str, Value]) -> None:
    sql = files("leadline.stages.priority").joinpath(f"rules/{table}.sql").read_text("utf-8")
    work.engine.rule(table, sql, values)
