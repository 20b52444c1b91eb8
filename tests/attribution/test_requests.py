"""What each record holder is asked, so that nobody types an address, a port or an instant again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from leadline.vocabulary.checkdigits import ALPHABET, check_digit, request_text
from leadline.vocabulary.instants import iso_z
from tests.attribution.world import World, at, row

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.table(
        "atlas", "2019-01-01",
        row("240.1.0.0/16", "NZ", "access", "Access NZ", 64500), row("240.2.0.0/16", "AU", "cgnat", "Carrier AU"),
        row("240.3.0.0/16", "NO", "access", "Access NO"), row("240.4.0.0/16", "AU", "access"),
        row("240.5.0.0/16", "US", "access", "Access US"), row("240.6.0.0/16", "DK", "mobile", "Access NO"),
        row("240.7.0.0/16", "IN", "access", "Access IN"), row("240.8.0.0/16", "", "access", "Somebody"),
    )  # fmt: skip
    return made


def test_a_request_has_the_address_the_port_and_the_instant_in_both_clocks(world: World) -> None:
    world.access("a", "2019-04-06T13:59:59.250000", "240.1.0.5", port=51_234)
    world.access("a", "2019-04-06T14:00:00", "240.1.0.5", port=51_235)
    first, second = world.attributed().requests("a")
    assert (first["holder"], first["country"], first["asn"], first["kind"]) == ("Access NZ", "NZ", 64500, "access")
    assert (first["remote_ip"], first["remote_port"], iso_z(first["accessed_at"])) == (
        "240.1.0.5", 51_234, "2019-04-06T13:59:59.250000Z",
    )  # fmt: skip
    assert first["zone"] == "Pacific/Auckland"
    assert [r["local_time"] for r in (first, second)] == [
        "2019-04-07T02:59:59.250000+13:00",
        "2019-04-07T02:00:00+12:00",
    ]


def test_a_request_carries_an_id_and_the_check_digit_of_what_it_shows(world: World) -> None:
    for minute in range(3):
        world.access("a", f"2019-05-01T10:0{minute}:00.5", "240.1.0.5", port=minute + 1)
    world.access("a", "2019-05-01T10:00:00", "240.3.0.5")
    found = world.attributed().requests("a")
    assert len({r["request_id"] for r in found}) == 4
    for r in found:
        assert len(r["request_id"]) == 12
        assert set(r["request_id"]) <= set(ALPHABET)
        shown = request_text(r["request_id"], r["remote_ip"], r["remote_port"], iso_z(r["accessed_at"]))
        assert r["check_digit"] == check_digit(shown)


def test_the_same_tip_gives_the_same_ids_again(world: World) -> None:
    world.access("a", "2019-05-01T10:00:00", "240.1.0.5")
    first, again = world.attributed(), world.attributed(threads=1)
    assert [r["request_id"] for r in first.requests("a")] == [r["request_id"] for r in again.requests("a")]


@pytest.mark.parametrize(
    ("count", "asked"), [(1, [0]), (2, [0, 1]), (3, [0, 1, 2]), (7, [0, 3, 6]), (100, [0, 50, 99])]
)
def test_of_many_instants_the_first_the_last_and_one_between_are_asked(
    count: int, asked: list[int], world: World
) -> None:
    begin = at("2019-05-01T10:00:00")
    for number in range(count):
        world.access("a", (begin + timedelta(minutes=number)).replace(tzinfo=None).isoformat(), "240.1.0.5")
    found = [(r["accessed_at"] - begin) // timedelta(minutes=1) for r in world.attributed().requests("a")]
    assert found == asked


def test_each_period_of_the_tables_is_asked_for_by_itself(world: World) -> None:
    world.table("atlas", "2019-06-01", row("240.1.0.0/16", "NZ", "access", "Other NZ"))
    world.access("a", "2019-05-01T10:00:00", "240.1.0.5")
    world.access("a", "2019-07-01T10:00:00", "240.1.0.5")
    assert [r["holder"] for r in world.attributed().requests("a")] == ["Access NZ", "Other NZ"]


def test_behind_carrier_nat_a_request_without_a_port_says_that_it_names_nobody(world: World) -> None:
    world.access("a", "2019-05-01T10:00:00", "240.2.0.5")
    world.access("b", "2019-05-01T10:00:00", "240.2.0.5", port=9)
    world.access("b", "2019-05-01T11:00:00", "240.2.0.5")
    found = world.attributed()
    assert [(r["remote_port"], r["resolvable"]) for r in found.requests("a")] == [(None, False)]
    assert [(r["remote_port"], r["resolvable"]) for r in found.requests("b")] == [(9, True)]


def test_a_holder_that_no_table_names_is_called_unknown_with_its_country(world: World) -> None:
    world.access("a", "2019-05-01T10:00:00", "240.4.0.5")
    found = world.attributed()
    assert [r["holder"] for r in found.requests("a")] == ["record holder unknown (AU)"]
    assert found.holders("a") == {}
    assert found.attribution("a")["evidence_expires"] == date(2021, 4, 30)


def test_where_a_country_has_several_clocks_the_local_time_is_left_open(world: World) -> None:
    world.access("a", "2019-05-01T10:00:00", "240.5.0.5")
    world.access("a", "2019-05-01T10:00:00", "240.7.0.5")
    world.access("a", "2019-05-01T10:00:00", "240.8.0.5")
    found = {r["holder"]: (r["local_time"], r["zone"]) for r in world.attributed().requests("a")}
    assert found["Access US"] == found["Somebody"] == ("", "")
    assert found["Access IN"] == ("2019-05-01T15:30:00+05:30", "Asia/Kolkata")


def test_records_are_there_as_long_as_the_rule_of_that_day_says_and_unknown_is_no_date(world: World) -> None:
    for when in ("2021-12-31T10:00:00", "2022-01-01T10:00:00"):
        world.access("no", when, "240.3.0.5")
    world.access("au", "2019-05-01T10:00:00", "240.2.0.5", port=1)
    world.access("au", "2019-05-03T10:00:00", "240.2.0.5", port=2)
    world.access("nz", "2019-05-01T10:00:00", "240.1.0.5")
    found = world.attributed()
    assert [r["evidence_expires"] for r in found.requests("no")] == [None, date(2023, 1, 1)]
    assert [r["evidence_expires"] for r in found.requests("au")] == [date(2021, 4, 30), date(2021, 5, 2)]
    assert [r["evidence_expires"] for r in found.requests("nz")] == [None]
    assert found.holders("no")["Access NO"]["evidence_expires"] == date(2023, 1, 1)
    assert found.holders("au")["Carrier AU"]["evidence_expires"] == date(2021, 5, 2)


def test_the_account_loses_evidence_with_its_first_holder_and_one_unknown_makes_it_unknown(world: World) -> None:
    world.access("known", "2019-05-01T10:00:00", "240.2.0.5", port=1)
    world.access("known", "2019-05-01T10:00:00", "240.6.0.5")
    world.access("mixed", "2019-05-01T10:00:00", "240.2.0.5", port=1)
    world.access("mixed", "2019-05-01T10:00:00", "240.1.0.5")
    found = world.attributed()
    assert found.attribution("known")["evidence_expires"] == date(2020, 4, 30)
    assert found.attribution("mixed")["evidence_expires"] is None


def test_a_holder_in_two_countries_stands_once_with_the_country_of_most_accesses(world: World) -> None:
    world.access("a", "2019-05-01T10:00:00", "240.3.0.5")
    for hour in (11, 12):
        world.access("a", f"2019-05-01T{hour}:00:00", "240.6.0.5")
    held = world.attributed().holders("a")["Access NO"]
    assert (held["country"], held["accesses"], held["evidence_expires"]) == ("DK", 3, None)
