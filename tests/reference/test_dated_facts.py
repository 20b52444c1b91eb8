"""Clocks, calling codes, rules of retention and countries: what they say, and what they leave unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from leadline.errors import WrongUsage
from leadline.reference.calling import calling_codes
from leadline.reference.countries import codes, read_country
from leadline.reference.retention import retention_table
from leadline.reference.zones import clock_spans, zone_named, zones_of_countries

FIRST, LAST = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 12, 31, tzinfo=UTC)


def test_a_clock_changes_to_the_second_when_the_country_changes_it() -> None:
    spans = clock_spans(["NZ"], first=FIRST, last=LAST)
    assert [(span.begins, span.seconds) for span in spans] == [
        (FIRST, 13 * 3600),
        (datetime(2019, 4, 6, 14, tzinfo=UTC), 12 * 3600),
        (datetime(2019, 9, 28, 14, tzinfo=UTC), 13 * 3600),
    ]
    assert [span.ends for span in spans] == [span.begins for span in spans[1:]] + [None]
    assert {span.zone for span in spans} == {"Pacific/Auckland"}


def test_a_country_with_several_clocks_has_none() -> None:
    assert clock_spans(["US", "RU", "QQ", ""], first=FIRST, last=LAST) == []


def test_a_country_whose_zones_show_the_same_time_throughout_has_one() -> None:
    assert len(zones_of_countries()["DE"]) == 2
    assert {span.zone for span in clock_spans(["DE"], first=FIRST, last=LAST)} == {"Europe/Berlin"}


@pytest.mark.parametrize("country", ["DE", "NO", "JP", "IN", "MA", "EG", "NZ", "ES", "GB"])
def test_every_span_shows_the_offset_that_the_zone_has(country: str) -> None:
    first, last = datetime(2010, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for span in clock_spans([country], first=first, last=last):
        zone = ZoneInfo(span.zone)
        for instant in (span.begins, (span.ends or last)):
            shown = min(instant, last).astimezone(zone).utcoffset()
            assert shown is not None
            inside = instant == span.begins or span.ends is None
            assert (int(shown.total_seconds()) == span.seconds) is inside


def test_no_file_of_the_machine_stands_in_for_a_zone() -> None:
    for name in ("Europe/Nowhere", "../../../etc/passwd", "", "zone.tab"):
        with pytest.raises(WrongUsage):
            zone_named(name)


def test_the_rows_of_one_country_do_not_overlap_and_each_has_a_source() -> None:
    table = retention_table()
    assert all(row.source and row.basis and row.country in codes() for row in table)
    assert all(row.verified in {"source", "secondary", "no"} for row in table)
    for row in table:
        others = [o for o in table if o.country == row.country and o is not row]
        assert all(o.valid_to <= row.valid_from or row.valid_to <= o.valid_from for o in others)


def test_a_row_that_was_not_verified_gives_no_date() -> None:
    assert {row.country for row in retention_table() if row.safe_days is not None} == {"AU", "DK", "FR", "NO"}
    assert all(row.safe_days is None for row in retention_table() if row.verified == "no")
    norway = {row.valid_from: row.safe_days for row in retention_table() if row.country == "NO"}
    assert norway[date(2022, 1, 1)] == 365
    assert None in norway.values()


def test_calling_codes_name_countries_once() -> None:
    prefixes = [prefix for prefix, _ in calling_codes()]
    assert len(set(prefixes)) == len(prefixes)
    assert all(prefix.isdecimal() and country in codes() for prefix, country in calling_codes())
    assert "1" not in prefixes


def test_a_country_is_a_code_nothing_or_refused() -> None:
    assert [read_country(text) for text in ("NZ", " nz ", "", "EU", "??", "UK", "Q9", "NZL")] == [
        "NZ", "NZ", "", "", "", "GB", None, None,
    ]  # fmt: skip
