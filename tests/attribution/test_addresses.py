"""What the tables in force say of an address: editions, disagreement, kinds, space that names nobody."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.attribution.world import World, row

if TYPE_CHECKING:
    from pathlib import Path

HOME = "240.1.0.5"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def seen(world: World, ip: str = HOME, when: str = "2019-05-01T10:00:00") -> dict[str, object]:
    """The one sighting of an account that was seen once."""
    world.access("a", when, ip)
    (sighting,) = world.attributed().sightings("a")
    return sighting


def test_the_newest_edition_that_is_not_newer_than_the_access_serves(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access", "Access NZ"))
    world.table("atlas", "2019-04-01", row("240.1.0.0/16", "AU", "access", "Access AU"))
    for when in ("2019-01-01T00:00:00", "2019-03-31T23:59:59.999999", "2019-04-01T00:00:00", "2020-01-01T00:00:00"):
        world.access("a", when, HOME)
    found = world.attributed()
    assert [(s["country"], s["holder"], s["accesses"], s["table_newer"]) for s in found.sightings("a")] == [
        ("NZ", "Access NZ", 2, False),
        ("AU", "Access AU", 2, False),
    ]
    assert [(r["table_date"], r["country"], r["accesses"]) for r in found.addresses(HOME)] == [
        (date(2019, 1, 1), "NZ", 2),
        (date(2019, 4, 1), "AU", 2),
    ]


def test_before_the_first_edition_the_oldest_serves_with_the_caveat(world: World) -> None:
    world.table("atlas", "2019-06-01", row("240.1.0.0/16", "NZ", "access"))
    world.table("atlas", "2019-07-01", row("240.1.0.0/16", "AU", "access"))
    world.access("a", "2019-05-01T10:00:00", HOME)
    found = world.attributed()
    assert (found.sightings("a")[0]["country"], found.sightings("a")[0]["table_newer"]) == ("NZ", True)
    assert found.attribution("a")["caveats"] == ["table-newer-than-access"]
    assert found.addresses(HOME)[0]["caveats"] == ["table-newer-than-access"]


def test_editions_of_one_name_never_disagree(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access"))
    world.table("atlas", "2019-02-01", row("240.1.0.0/16", "AU", "access"))
    sighting = seen(world)
    assert (sighting["country"], sighting["disagree"]) == ("AU", False)


def test_tables_of_different_names_that_name_different_countries_disagree(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access", "Access NZ", 64500))
    world.table("beacon", "2019-01-01", row("240.1.0.0/17", "AU", "unknown"))
    world.table("compass", "2019-01-01", row("240.1.0.0/16", "NZ", "unknown"))
    sighting = seen(world)
    assert (sighting["country"], sighting["disagree"], sighting["carries"]) == ("", True, False)
    assert sighting["countries_named"] == ["AU", "NZ"]
    found = world.attributed(threads=1)
    assert {r["table_name"]: r["disagreeing"] for r in found.addresses(HOME)} == {
        "atlas": ["beacon:AU"],
        "beacon": ["atlas:NZ", "compass:NZ"],
        "compass": ["beacon:AU"],
    }
    assert all(r["caveats"] == ["tables-disagree"] for r in found.addresses(HOME))
    assert found.shares("a") == []
    assert (found.attribution("a")["jurisdiction"], found.attribution("a")["abstained"]) == ("", "tables-conflict")


def test_a_table_that_does_not_list_the_address_or_names_no_country_has_no_say(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access", "Access NZ"))
    world.table("beacon", "2019-01-01", row("240.9.0.0/16", "AU", "access"))
    world.table("compass", "2019-01-01", row("240.1.0.0/16", "", "unknown"))
    sighting = seen(world)
    assert (sighting["country"], sighting["disagree"], sighting["carries"]) == ("NZ", False, True)
    found = world.attributed(threads=1)
    assert [(r["table_name"], r["disagreeing"]) for r in found.addresses(HOME)] == [("atlas", []), ("compass", [])]


CAUTION = ["tor", "vpn", "relay", "crawler", "hosting", "cgnat", "mobile", "access", "unknown"]


def test_the_most_cautious_kind_wins_whatever_the_names(world: World) -> None:
    pairs = list(pairwise(CAUTION))
    atlas = [row(f"240.1.{n}.0/24", "NZ", weaker) for n, (_, weaker) in enumerate(pairs)]
    atlas += [row(f"240.2.{n}.0/24", "NZ", stronger) for n, (stronger, _) in enumerate(pairs)]
    beacon = [row(f"240.1.{n}.0/24", "NZ", stronger) for n, (stronger, _) in enumerate(pairs)]
    beacon += [row(f"240.2.{n}.0/24", "NZ", weaker) for n, (_, weaker) in enumerate(pairs)]
    world.table("atlas", "2019-01-01", *atlas)
    world.table("beacon", "2019-01-01", *beacon)
    for n in range(len(pairs)):
        world.access("a", "2019-05-01T10:00:00", f"240.1.{n}.5")
        world.access("a", "2019-05-01T10:00:00", f"240.2.{n}.5")
    stronger = [stronger for stronger, _ in pairs]
    assert [s["kind"] for s in world.attributed().sightings("a")] == stronger * 2


def test_the_holder_is_that_of_the_table_which_gave_the_kind(world: World) -> None:
    world.table("a.b", "2019-01-01", row("240.1.0.0/16", "NZ", "access", "First", 64501))
    world.table("b", "2019-01-01", row("240.1.0.0/16", "NZ", "cgnat", "Carrier! (invented)"))
    world.table("c", "2019-01-01", row("240.1.0.0/16", "NZ", "cgnat", "Third", 64503))
    sighting = seen(world)
    assert (sighting["kind"], sighting["holder"], sighting["asn"]) == ("cgnat", "Carrier! (invented)", 64503)


def test_without_one_the_holder_is_that_of_the_first_table_by_name_that_has_one(world: World) -> None:
    world.table("a", "2019-01-01", row("240.1.0.0/16", "NZ", "unknown"))
    world.table("a-b", "2019-01-01", row("240.1.0.0/16", "NZ", "access", "Access NZ", 64501))
    world.table("a.c", "2019-01-01", row("240.1.0.0/16", "NZ", "access", "Later", 64502))
    world.table("z", "2019-01-01", row("240.1.0.0/16", "", "vpn"))
    sighting = seen(world)
    assert (sighting["kind"], sighting["holder"], sighting["asn"]) == ("vpn", "Access NZ", 64501)


def test_an_address_that_names_nobody_is_special_where_no_table_lists_it(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access"))
    addresses = ("10.0.0.1", "127.0.0.1", "100.64.3.4", "203.0.113.9", "240.7.0.1", "2001:db8::1", "::1")
    for ip in addresses:
        world.access("a", "2019-05-01T10:00:00", ip)
    found = world.attributed()
    told = {(s["kind"], s["country"], s["carries"]) for s in found.sightings("a")}
    assert (len(found.sightings("a")), told) == (len(addresses), {("special", "", False)})
    for ip in addresses:
        (listed,) = found.addresses(ip)
        assert (listed["kind"], listed["table_name"], listed["table_date"]) == ("special", "", None)
        assert listed["caveats"] == ["special-address"]
    assert found.attribution("a")["abstained"] == "no-carrying-access"
    assert found.attribution("a")["caveats"] == ["special-address"]
    assert found.requests("a") == []


@pytest.mark.parametrize(("ip", "prefix"), [("240.1.0.5", "240.1.0.0/16"), ("2001:db8::5", "2001:db8::/48")])
def test_reserved_space_works_as_soon_as_a_table_lists_it(ip: str, prefix: str, world: World) -> None:
    world.table("atlas", "2019-01-01", row(prefix, "NZ", "access"))
    sighting = seen(world, ip)
    assert (sighting["kind"], sighting["country"], sighting["carries"]) == ("access", "NZ", True)


def test_an_address_that_only_another_edition_lists_is_unknown_and_not_special(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access"))
    world.table("atlas", "2019-06-01", row("240.2.0.0/16", "NZ", "access"))
    sighting = seen(world, "240.2.0.1")
    assert (sighting["kind"], sighting["country"], sighting["carries"]) == ("unknown", "", False)


def test_an_unlisted_address_outside_special_space_is_unknown(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access"))
    assert seen(world, "9.9.9.9")["kind"] == "unknown"
    (listed,) = world.attributed(threads=1).addresses("9.9.9.9")
    assert (listed["kind"], listed["table_name"], listed["caveats"]) == ("unknown", "", [])


def test_the_first_and_the_last_address_of_a_range_belong_to_it_and_their_neighbours_do_not(world: World) -> None:
    single = row("240.5.5.5/32", "DE", "access")
    world.table(
        "atlas", "2019-01-01", row("240.1.2.0/24", "NZ", "access"), row("2001:db8:1::/48", "AU", "access"), single
    )
    last = "2001:db8:1:ffff:ffff:ffff:ffff:ffff"
    inside = {"240.1.2.0": "NZ", "240.1.2.255": "NZ", "2001:db8:1::": "AU", last: "AU", "240.5.5.5": "DE"}
    outside = (
        "240.5.5.4",
        "240.5.5.6",
        "240.1.1.255",
        "240.1.3.0",
        "2001:db8:0:ffff:ffff:ffff:ffff:ffff",
        "2001:db8:2::",
    )
    for ip in (*inside, *outside):
        world.access("a", "2019-05-01T10:00:00", ip)
    found = {s["remote_ip"]: s["country"] for s in world.attributed().sightings("a")}
    assert found == {**inside, **dict.fromkeys(outside, "")}


def test_addresses_cover_all_accesses_relevant_or_not(world: World) -> None:
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "hosting", "Hosting NZ", 64500))
    world.access("a", "2019-05-01T10:00:00", HOME, relevant=False)
    world.access(None, "2019-05-02T10:00:00", HOME)
    found = world.attributed()
    (listed,) = found.addresses(HOME)
    assert (listed["kind"], listed["holder"], listed["asn"], listed["accesses"]) == ("hosting", "Hosting NZ", 64500, 2)
    assert (listed["first_access"].day, listed["last_access"].day) == (1, 2)
    assert found.sightings("a") == []


def test_an_old_table_raises_its_caveat_after_the_days_of_the_setting(world: World) -> None:
    world.table("atlas", "2018-01-01", row("240.1.0.0/16", "NZ", "access"))
    world.access("a", "2019-01-01T23:00:00", HOME)
    world.access("b", "2019-01-02T00:00:00", "240.1.0.6")
    found = world.attributed()
    assert found.sightings("a")[0]["table_age_days"] == 365
    assert found.attribution("a")["caveats"] == []
    assert found.attribution("b")["caveats"] == ["table-old"]
    assert found.addresses("240.1.0.6")[0]["caveats"] == ["table-old"]
