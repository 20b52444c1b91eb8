"""A time of day without a zone names an instant only where zone data and the order of the file leave no doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from leadline.stages.accesses.folds import clock_spans
from tests.accesses.world import Log, Outcome, read

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "accessed_at,remote_ip,action,object_key\n"


def log(zone: str, *times: str) -> Log:
    body = "".join(f"{time},240.0.0.9,view,k\n" for time in times)
    return Log((HEADER + body).encode(), "csv", zone=zone, requests=())


def instants(found: Outcome) -> list[str]:
    return [row["accessed_at"].removesuffix(":00Z") for row in found.accesses]


ONCE_BACK = [
    ("Pacific/Auckland", "2019-04-07", "01:50 02:20 02:55 02:10 03:05", "12:50 13:20 13:55 14:10 15:05"),
    ("Europe/Berlin", "2019-10-27", "01:50 02:20 02:55 02:10 03:05", "23:50 00:20 00:55 01:10 02:05"),
    ("America/New_York", "2019-11-03", "00:50 01:55 01:54 02:05", "04:50 05:55 06:54 07:05"),
    ("Australia/Lord_Howe", "2019-04-07", "01:20 01:50 01:40 02:05", "14:20 14:50 15:10 15:35"),
]
"""Zone, day, times of day in the order of the file, the same in UTC."""


@pytest.mark.parametrize(("zone", "day", "times", "expected"), ONCE_BACK)
def test_one_turning_back_tells_the_first_passing_from_the_second(
    zone: str, day: str, times: str, expected: str, tmp_path: Path
) -> None:
    found = read(tmp_path, log(zone, *(f"{day} {time}:00" for time in times.split())), listed=["k"])
    assert found.refused == []
    assert [text[-5:] for text in instants(found)] == expected.split()
    assert not any(row["zone_stated"] for row in found.accesses)


@pytest.mark.parametrize(
    "times",
    [
        ("02:30",),
        ("02:10", "02:40"),
        ("02:30", "02:10", "02:40", "02:05"),
        ("02:30", "02:30"),
    ],
)
def test_any_other_order_settles_nothing(times: tuple[str, ...], tmp_path: Path) -> None:
    given = ("01:50:00", *(f"{time}:00" for time in times), "03:10:00")
    found = read(tmp_path, log("Europe/Berlin", *(f"2019-10-27 {time}" for time in given)), listed=["k"])
    assert found.refused == [(number, "ambiguous-time") for number in range(3, 3 + len(times))]
    assert instants(found) == ["2019-10-26T23:50", "2019-10-27T02:10"]
    assert found.tally["lines"] == len(given)


def test_a_file_that_runs_backwards_settles_nothing(tmp_path: Path) -> None:
    times = ("03:10", "02:40", "02:10", "01:50")
    found = read(tmp_path, log("Europe/Berlin", *(f"2019-10-27 {time}:00" for time in times)), listed=["k"])
    assert found.refused == [(3, "ambiguous-time"), (4, "ambiguous-time")]


def test_an_hour_that_the_clock_never_showed_is_no_time(tmp_path: Path) -> None:
    times = ("01:59:59", "02:00:00", "02:59:59", "03:00:00")
    found = read(tmp_path, log("Europe/Berlin", *(f"2019-03-31 {time}" for time in times)), listed=["k"])
    assert found.refused == [(3, "bad-time"), (4, "bad-time")]
    assert [row["accessed_at"] for row in found.accesses] == ["2019-03-31T00:59:59Z", "2019-03-31T01:00:00Z"]


def test_a_zone_in_the_line_goes_before_the_one_of_the_tip(tmp_path: Path) -> None:
    found = read(tmp_path, log("Europe/Berlin", "2019-10-27T02:30:00+02:00", "2019-10-27 12:00:00"), listed=["k"])
    assert instants(found) == ["2019-10-27T00:30", "2019-10-27T11:00"]
    assert [row["zone_stated"] for row in found.accesses] == [True, False]


def test_each_years_fold_is_settled_by_its_own_order(tmp_path: Path) -> None:
    times = (
        "2018-10-28 02:30:00",
        "2018-10-28 02:20:00",
        "2019-10-27 02:30:00",
        "2020-10-25 02:40:00",
        "2020-10-25 02:30:00",
    )
    found = read(tmp_path, log("Europe/Berlin", *times), listed=["k"])
    assert found.refused == [(4, "ambiguous-time")]
    assert instants(found) == ["2018-10-28T00:30", "2018-10-28T01:20", "2020-10-25T00:40", "2020-10-25T01:30"]


def test_chunks_do_not_change_how_a_fold_is_settled(tmp_path: Path) -> None:
    times = [f"2019-10-27 02:{minute:02d}:00" for minute in (*range(5, 60, 5), *range(5, 60, 5))]
    whole = read(tmp_path / "whole", log("Europe/Berlin", *times), listed=["k"])
    pieces = read(tmp_path / "pieces", log("Europe/Berlin", *times), listed=["k"], chunk=200)
    assert whole == pieces
    assert len(whole.accesses) == len(times)


def test_the_folds_of_a_log_with_directives_are_settled_too(tmp_path: Path) -> None:
    lines = [f"2019-10-27 02:{minute}:00 240.0.0.9 GET /o/k" for minute in (20, 50, 10)]
    data = "#Fields: date time c-ip cs-method cs-uri-stem\n" + "\n".join(lines)
    found = read(tmp_path, Log(data.encode(), "w3c", zone="Europe/Berlin"), listed=["k"])
    assert instants(found) == ["2019-10-27T00:20", "2019-10-27T00:50", "2019-10-27T01:10"]
    assert not any(row["zone_stated"] for row in found.accesses)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Africa/Casablanca", "America/Sao_Paulo", "Antarctica/Troll"])
def test_a_clock_has_a_meaning_at_every_face(zone: str) -> None:
    spans = clock_spans(zone)
    assert all(one.to_clock == two.from_clock for one, two in pairwise(spans))
    assert spans[0].from_clock.year == 1
    assert spans[-1].to_clock == datetime(9999, 12, 31, tzinfo=UTC)
