"""Carries out the rules of the cache through time: objects, presence at each access, contributions, origin, days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.facts.tables import (
    AccessRow,
    CacheDayRow,
    ContributionRow,
    FileTallyRow,
    InventoryRow,
    ObjectRow,
    OriginCandidateRow,
    OriginRow,
    PresenceRow,
)

if TYPE_CHECKING:
    from leadline.facts.runs import Work

FOREVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Stands for "no removal known" while spans are compared; written to no table."""
LONGEST_CALENDAR = 7_320
"""Days (20 years). A cache whose known days lie further apart has rows only for days on which anything happened."""
_ORIGIN = (
    "first_object", "early_holder", "beginner", "disputed", "origin_measure", "origin_reason", "origin",
    "adder", "origin_person", "origin_graded", "origin_evidence", "origin_candidate",
)  # fmt: skip
_LIMITS = {
    "first_batch_micros": 86_400_000_000,
    "clocks_apart_micros": 300_000_000,
    "most_undated": 100,
    "most_disagreed": 200,
    "stood_objects": 3,
    "one_instant": 10,
    "one_instant_share": 500,
    "least_named": 500,
    "firm_objects": 3,
    "firm_share": 800,
    "fair_share": 500,
}
"""What the rules of the origin take: the first day, and shares in thousandths. Judgement: no data stand
behind them yet (`docs/origin.md`)."""
_OBJECTS = ("upload", "listing", "span", "bound", "listed_object", "novelty", "touched", "object")


def run(work: Work) -> None:
    """Read `inventory`, `access`, `file_tally`; write objects, contributions, presence, the origin and days."""
    work.lake.lend(work.engine, InventoryRow)
    work.lake.lend(work.engine, AccessRow)
    work.progress.begin("the cache through time", None)
    for table in _OBJECTS:
        _apply(work, table)
    work.lake.write(work.engine, ObjectRow)
    for fact in (ContributionRow, PresenceRow):
        _apply(work, fact.table)
        work.lake.write(work.engine, fact)
    _write_origin(work)
    _write_days(work)
    work.progress.end()


def _apply(work: Work, table: str) -> None:
    sql = files("leadline.stages.collection").joinpath(f"rules/{table}.sql").read_text("utf-8")
    work.engine.rule(table, sql, {"forever": FOREVER, **_LIMITS})


def _write_origin(work: Work) -> None:
    work.lake.lend(work.engine, FileTallyRow)
    for table in _ORIGIN:
        _apply(work, table)
    work.lake.write(work.engine, OriginRow)
    work.lake.write(work.engine, OriginCandidateRow)


def _write_days(work: Work) -> None:
    _apply(work, "event_day")
    found = work.engine.rows("select e.day from event_day as e order by e.day")
    days = [day for row in found if isinstance(day := row["day"], date)]
    work.engine.lend("calendar", pa.table({"day": pa.array(calendar(days), pa.date32())}))
    _apply(work, "cache_day")
    work.lake.write(work.engine, CacheDayRow)


def calendar(days: list[date]) -> list[date]:
    """Every day from the first to the last of ``days`` (sorted, distinct), if that is no more than 20 years."""
    if not days or (length := (days[-1] - days[0]).days) > LONGEST_CALENDAR:
        return days
    return [days[0] + timedelta(days=number) for number in range(length + 1)]
