"""The small tables that the rules of attribution read besides facts: editions, periods, clocks, rules of retention."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.reference.calling import calling_codes
from leadline.reference.compiled import NETWORKS
from leadline.reference.periods import ADDRESS_KINDS, period_starts
from leadline.reference.ranges import key_after, key_of_number
from leadline.reference.registration import registered_countries
from leadline.reference.retention import retention_table
from leadline.reference.special import special_ranges
from leadline.reference.zones import clock_spans, micros_of
from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from leadline.facts.engine import Engine
    from leadline.facts.runs import ReferenceEdition

FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)
_NEVER = 1 << 62


def address_editions(references: Sequence[ReferenceEdition]) -> list[ReferenceEdition]:
    """The editions that say whose an address is, by name and date."""
    return sorted((r for r in references if r.kind in ADDRESS_KINDS), key=lambda r: (r.name, r.as_of))


def bring_editions(engine: Engine, references: Sequence[ReferenceEdition]) -> None:
    """Let rules read which editions there are, which periods lie between them, and what space is special."""
    engine.table("period", period_rows(references))
    engine.table("edition", edition_rows(references))
    engine.table("special_range", special_rows())


def bring_networks(engine: Engine, references: Sequence[ReferenceEdition]) -> None:
    """The rows of all editions; where only the registration table serves, its answers for the addresses sought."""
    editions = address_editions(references)
    installed = [edition for edition in editions if edition.kind == "registration"]
    if not installed:
        engine.view("network", [edition.path for edition in editions], schema=NETWORKS)
        return
    seen = engine.arrow("select s.address, s.remote_ip from sought as s order by s.address")
    engine.table("network", registration_rows(installed[0], seen))


def period_rows(references: Sequence[ReferenceEdition]) -> pa.Table:
    """`period, begins, ends`: the days from `begins` until before `ends`."""
    starts = [start.date() for start in period_starts(references)]
    return pa.table(
        {
            "period": pa.array(range(len(starts) + 1), pa.int64()),
            "begins": pa.array([FIRST_DAY, *starts], pa.date32()),
            "ends": pa.array([*starts, LAST_DAY], pa.date32()),
        }
    )


def edition_rows(references: Sequence[ReferenceEdition]) -> pa.Table:
    """`edition, table_name, table_date`: address tables, numbered by name and date."""
    found = address_editions(references)
    return pa.table(
        {
            "edition": pa.array(range(len(found)), pa.int64()),
            "table_name": pa.array([edition.name for edition in found], pa.string()),
            "table_date": pa.array([date.fromisoformat(edition.as_of) for edition in found], pa.date32()),
        }
    )


def special_rows() -> pa.Table:
    """`first, last, after`: keys of the blocks that name no subscriber."""
    spans = special_ranges()
    return pa.table(
        {
            "first": [key_of_number(first) for first, _ in spans],
            "last": [key_of_number(last) for _, last in spans],
            "after": [key_after(last) for _, last in spans],
        }
    )


def registration_rows(edition: ReferenceEdition, addresses: pa.Table) -> pa.Table:
    """What the installed registration table says of the addresses seen (`address`, `remote_ip`), as `NETWORKS`."""
    keys = addresses.column("address").to_pylist()
    countries = registered_countries(addresses.column("remote_ip").to_pylist())
    known = [(key, country) for key, country in zip(keys, countries, strict=True) if country]
    return pa.table(
        {
            "table_name": pa.array([edition.name] * len(known), pa.string()),
            "table_date": pa.array([date.fromisoformat(edition.as_of)] * len(known), pa.date32()),
            "first": pa.array([key for key, _ in known], pa.string()),
            "last": pa.array([key for key, _ in known], pa.string()),
            "after": pa.array([key_after(int(key, 16)) for key, _ in known], pa.string()),
            "country": pa.array([country for _, country in known], pa.string()),
            "asn": pa.nulls(len(known), pa.int64()),
            "holder": pa.array([""] * len(known), pa.string()),
            "kind": pa.array(["unknown"] * len(known), pa.string()),
        },
        schema=NETWORKS,
    )


def signup_rows(written: Iterable[str]) -> pa.Table:
    """`signup_ip, address, remote_ip`: addresses as records have them, and their keys; the rest is left out."""
    found = [(text, address) for text in written if (address := parse_address(text.strip())) is not None]
    return pa.table(
        {
            "signup_ip": pa.array([text for text, _ in found], pa.string()),
            "address": pa.array([address.key for _, address in found], pa.string()),
            "remote_ip": pa.array([address.text for _, address in found], pa.string()),
        }
    )


def retention_rows() -> pa.Table:
    """`country, valid_from, valid_to, days`: the verified rows of the retention table that state a least time."""
    rows = [row for row in retention_table() if row.safe_days is not None]
    return pa.table(
        {
            "country": pa.array([row.country for row in rows], pa.string()),
            "valid_from": pa.array([row.valid_from for row in rows], pa.date32()),
            "valid_to": pa.array([row.valid_to for row in rows], pa.date32()),
            "days": pa.array([row.safe_days for row in rows], pa.int64()),
        }
    )


def calling_rows() -> pa.Table:
    """`prefix, country` of telephone numbers."""
    codes = calling_codes()
    return pa.table({"prefix": [prefix for prefix, _ in codes], "country": [country for _, country in codes]})


def clock_rows(countries: Iterable[str], first: datetime | None, last: datetime | None) -> pa.Table:
    """`country, zone, begins, ends, seconds`: clocks between two instants, these in microseconds since 1970."""
    spans = clock_spans(countries, first=first, last=last) if first is not None and last is not None else []
    return pa.table(
        {
            "country": pa.array([span.country for span in spans], pa.string()),
            "zone": pa.array([span.zone for span in spans], pa.string()),
            "begins": pa.array([micros_of(span.begins) for span in spans], pa.int64()),
            "ends": pa.array([micros_of(span.ends) if span.ends else _NEVER for span in spans], pa.int64()),
            "seconds": pa.array([span.seconds for span in spans], pa.int64()),
        }
    )
