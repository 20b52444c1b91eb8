"""Carry out attribution: bring the address tables in force to the rules, run them, write what they make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from leadline.facts.tables import (
    AccessRow,
    AccountRecordRow,
    ActivityRow,
    AttributionRow,
    HolderRow,
    JurisdictionRow,
    ReportedEventRow,
    RequestRow,
    SightingRow,
    SignupRow,
)
from leadline.stages.attribution import inputs
from leadline.stages.attribution.marks import marked

if TYPE_CHECKING:
    from leadline.facts.engine import Value
    from leadline.facts.runs import Work

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
READ = (AccessRow, AccountRecordRow, ActivityRow, ReportedEventRow)
LOOKUP = ("placed", "spot", "span", "found", "unlisted", "said", "heard")
ACCOUNTS = (
    "sighting", "naming", "weighed", "jurisdiction", "retained", "kept", "holder", "expiry", "phone_country",
    "stated", "travel", "attribution", "asked",
)  # fmt: skip
WRITTEN = (SightingRow, SignupRow, JurisdictionRow, HolderRow, AttributionRow, RequestRow)

TRAVEL_SECONDS = 7_200
"""Two home lines of different countries within less than this are one change too fast for a journey."""
TRAVEL_CHANGES = 2
"""So many such changes raise `impossible-travel`."""
INSTANTS = 3
"""Instants that a record holder is asked for one account at one address in one period, at most."""


def run(work: Work) -> None:
    """Write sightings, jurisdictions, holders, attributions and requests of a tip.

    Reads the tables in :data:`READ` and the editions of address tables that the run has pinned. What the tables say
    of every address, relevant or not, is told on demand (`addresses.py`): it is the same rules over far more rows.
    """
    steps = ("in_force", "day", "signup", "sought", *LOOKUP, "signup_seen", *ACCOUNTS, "request")
    work.progress.begin("attribution", len(steps) + len(WRITTEN))
    for fact in READ:
        work.lake.lend(work.engine, fact)
    _bring_tables(work)
    _run_rules(work, ("in_force", "day", "signup", "sought"))
    inputs.bring_networks(work.engine, work.references)
    _run_rules(work, (*LOOKUP, "signup_seen"))
    _run_rules(work, ACCOUNTS)
    _bring_marks(work)
    _run_rules(work, ("request",))
    for written in WRITTEN:
        work.lake.write(work.engine, written)
        work.progress.advance(1)
    work.progress.end()


@cache
def rule_text(table: str) -> str:
    """The rule that makes a table."""
    return files("leadline.stages.attribution").joinpath("rules", f"{table}.sql").read_text(encoding="utf-8")


def _run_rules(work: Work, tables: tuple[str, ...]) -> None:
    values: dict[str, Value] = {
        "tip": str(work.tip.tip),
        "best_share": work.settings.best_share,
        "shared_address_accounts": work.settings.shared_address_accounts,
        "table_old_days": work.settings.table_old_days,
        "travel_seconds": TRAVEL_SECONDS,
        "travel_changes": TRAVEL_CHANGES,
        "instants": INSTANTS,
    }
    for table in tables:
        work.engine.rule(table, rule_text(table), values)
        work.progress.advance(1)


def _bring_tables(work: Work) -> None:
    engine = work.engine
    inputs.bring_editions(engine, work.references)
    engine.table("retention", inputs.retention_rows())
    engine.table("calling_code", inputs.calling_rows())
    written = engine.arrow(
        "select distinct r.signup_ip from account_record as r join activity as a on a.account_key = r.account_key"
        " where r.signup_ip is not null order by r.signup_ip"
    )
    engine.table("signup_address", inputs.signup_rows(written.column("signup_ip").to_pylist()))


def _bring_marks(work: Work) -> None:
    engine = work.engine
    asked = engine.arrow(
        "select a.digest, a.remote_ip, a.remote_port, clock_text(a.accessed_at, 0) as instant"
        " from asked as a order by a.digest"
    )
    zulu = pc.replace_substring(asked.column("instant"), "+00:00", "Z")
    engine.table("request_mark", marked(asked.set_column(3, "instant", zulu)))
    bounds = engine.arrow("select min(accessed_at) as first, max(accessed_at) as last from asked")
    countries = engine.arrow("select distinct country from asked where country <> '' order by country")
    first, last = (_instant(bounds, name) for name in ("first", "last"))
    engine.table("clock", inputs.clock_rows(countries.column("country").to_pylist(), first, last))


def _instant(bounds: pa.Table, name: str) -> datetime | None:
    held = bounds.column(name).cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())[0].as_py()
    return None if held is None else EPOCH + timedelta(microseconds=held)
