"""Where an account belongs: shares, abstention, confidence, caveats, as an analyst would work them out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from leadline.facts.tables import SignupRow
from tests.attribution.world import World, at, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attribution.world import Outcome

DAY = "2019-05-01T{:02}:00:00"
NETS = {
    "NZ": "240.1.0.5", "AU": "240.2.0.5", "DE": "240.3.0.5", "cgnat": "240.4.0.5", "mobile": "240.5.0.5",
    "unknown": "240.6.0.5", "vpn": "240.7.0.5", "tor": "240.8.0.5", "hosting": "240.9.0.5", "relay": "240.10.0.5",
    "crawler": "240.11.0.5", "disputed": "240.12.0.5",
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    rows = [row(f"240.{n}.0.0/16", code, "access", f"Access {code}") for n, code in enumerate(("NZ", "AU", "DE"), 1)]
    for n, kind in enumerate(("cgnat", "mobile", "unknown", "vpn", "tor", "hosting", "relay", "crawler"), 4):
        rows.append(row(f"240.{n}.0.0/16", "NZ", kind, "Some NZ"))
    rows.append(row("240.12.0.0/16", "NZ", "access", "Access NZ"))
    made.table("atlas", "2019-01-01", *rows)
    made.table("beacon", "2019-01-01", row("240.12.0.0/16", "AU", "unknown"))
    return made


def visits(world: World, account: str, **times: int) -> None:
    """So many accesses of an account from each network, an hour apart, on one day after another."""
    hour = 0
    for net, count in times.items():
        for _ in range(count):
            world.access(account, f"2019-05-{1 + hour // 24:02}T{hour % 24:02}:00:00", NETS[net])
            hour += 1


def test_sign_up_addresses_are_looked_up_by_kind_though_no_access_came_from_them(world: World) -> None:
    visits(world, "a", NZ=1)
    visits(world, "b", NZ=1)
    visits(world, "c", NZ=1)
    world.record("a", signup_ip=NETS["vpn"], signup_at=at("2019-02-01T00:00:00"))
    world.record("b", signup_ip=NETS["cgnat"])
    world.record("c", signup_ip="192.168.1.1", signup_at=at("2019-02-01T00:00:00"))
    found = {row["account_key"]: row["kinds"] for row in world.attributed().rows(SignupRow)}
    assert found == {"a": ["vpn"], "b": ["cgnat"], "c": ["special"]}


def told(world: World, **times: int) -> tuple[Outcome, dict[str, Any]]:
    visits(world, "a", **times)
    found = world.attributed()
    return found, found.attribution("a")


def test_a_share_is_the_part_of_the_accesses_in_thousandths_half_up(world: World) -> None:
    found, held = told(world, NZ=5, AU=2, DE=1)
    assert found.shares("a") == [("NZ", 625), ("AU", 250), ("DE", 125)]
    assert (held["jurisdiction"], held["abstained"], held["confidence"]) == ("", "share-below-threshold", 0)


def test_half_a_thousandth_goes_up(world: World) -> None:
    found, _ = told(world, NZ=15, AU=1)
    assert found.shares("a") == [("NZ", 938), ("AU", 63)]


@pytest.mark.parametrize(("home", "away", "expected"), [(7, 3, "NZ"), (69, 31, ""), (2, 0, "NZ")])
def test_below_seven_tenths_nothing_is_attributed(home: int, away: int, expected: str, world: World) -> None:
    _, held = told(world, NZ=home, AU=away)
    assert held["jurisdiction"] == expected


def test_the_threshold_is_a_setting(world: World) -> None:
    world.settings = replace(world.settings, best_share=600)
    _, held = told(world, NZ=6, AU=4)
    assert held["jurisdiction"] == "NZ"


def test_one_access_is_enough(world: World) -> None:
    _, held = told(world, NZ=1)
    assert (held["jurisdiction"], held["abstained"]) == ("NZ", "")


@pytest.mark.parametrize("kind", ["cgnat", "mobile", "unknown"])
def test_subscriber_lines_of_other_kinds_carry_as_well(kind: str, world: World) -> None:
    _, held = told(world, **{kind: 3})
    assert held["jurisdiction"] == "NZ"


@pytest.mark.parametrize("kind", ["vpn", "tor", "hosting", "relay", "crawler"])
def test_anonymisers_hosts_and_crawlers_never_carry(kind: str, world: World) -> None:
    found, held = told(world, **{kind: 3})
    assert found.shares("a") == []
    assert (held["jurisdiction"], held["abstained"], held["caveats"]) == ("", "no-carrying-access", [kind])
    assert found.requests("a") == []
    assert held["evidence_expires"] is None


def test_an_address_of_unknown_kind_weighs_half(world: World) -> None:
    found, _ = told(world, unknown=2, AU=1)
    assert found.shares("a") == [("AU", 500), ("NZ", 500)]


def test_anonymised_accesses_do_not_thin_out_the_share(world: World) -> None:
    found, held = told(world, NZ=1, vpn=9)
    assert found.shares("a") == [("NZ", 1000)]
    assert held["jurisdiction"] == "NZ"


@pytest.mark.parametrize(
    ("home", "disputed", "reason"), [(3, 2, ""), (3, 3, "tables-conflict"), (0, 1, "tables-conflict")]
)
def test_as_much_disputed_as_undisputed_for_the_best_country_is_a_conflict(
    home: int, disputed: int, reason: str, world: World
) -> None:
    found, held = told(world, NZ=home, disputed=disputed)
    assert (held["abstained"], held["jurisdiction"]) == (reason, "" if reason else "NZ")
    assert found.shares("a") == ([("NZ", 1000)] if home else [])
    assert "tables-disagree" in held["caveats"]


def test_a_dispute_that_does_not_name_the_best_country_is_no_conflict(world: World) -> None:
    _, held = told(world, DE=2, disputed=5)
    assert held["jurisdiction"] == "DE"


def test_the_disputed_accesses_of_a_country_are_counted_beside_its_share(world: World) -> None:
    from leadline.facts.tables import JurisdictionRow

    found, _ = told(world, NZ=4, disputed=3)
    (held,) = found.rows(JurisdictionRow)
    assert (held["code"], held["accesses"], held["disputed"]) == ("NZ", 4, 3)


def test_only_relevant_accesses_count(world: World) -> None:
    world.access("a", DAY.format(1), NETS["NZ"])
    for hour in range(2, 9):
        world.access("a", DAY.format(hour), NETS["AU"], relevant=False)
    assert world.attributed().shares("a") == [("NZ", 1000)]


CONFIDENCE = [
    ({"NZ": 5}, 990),
    ({"NZ": 1}, 850),
    ({"NZ": 9, "AU": 1}, 900),
    ({"unknown": 5}, 700),
    ({"NZ": 4, "disputed": 1}, 940),
    ({"NZ": 4, "vpn": 4}, 900),
]


@pytest.mark.parametrize(("times", "expected"), CONFIDENCE)
def test_confidence_is_worked_out_as_documented(times: dict[str, int], expected: int, world: World) -> None:
    _, held = told(world, **times)
    assert held["confidence"] == expected


def test_a_table_newer_than_the_access_and_an_old_one_lower_confidence(tmp_path: Path) -> None:
    for as_of, expected in (("2019-06-01", 900), ("2018-01-01", 950), ("2019-01-01", 990)):
        (tmp_path / as_of).mkdir()
        world = World(tmp_path / as_of)
        world.table("atlas", as_of, row("240.1.0.0/16", "NZ", "access"))
        _, held = told(world, NZ=3)
        assert held["confidence"] == expected


AGREEING = {"declared_country": "NZ", "payment_country": "nz", "phone": "+64 21 123 4567", "signup_ip": "240.1.0.9"}
OPPOSED = {"declared_country": "AU", "payment_country": "AU", "phone": "0061 2 1234 5678", "signup_ip": "240.2.0.9"}


def test_what_the_record_states_raises_or_lowers_confidence_and_decides_nothing(world: World) -> None:
    for name, stated in (("agreeing", AGREEING), ("none", {}), ("opposed", OPPOSED)):
        visits(world, name, NZ=9, AU=1)
        world.record(name, signup_at=at("2019-04-01T00:00:00"), **stated)
    visits(world, "away", vpn=3)
    world.record("away", signup_at=at("2019-04-01T00:00:00"), **AGREEING)
    found = world.attributed()
    grades = [found.attribution(name) for name in ("agreeing", "none", "opposed")]
    assert [g["confidence"] for g in grades] == [990, 900, 690]
    assert [g["jurisdiction"] for g in grades] == ["NZ", "NZ", "NZ"]
    assert found.attribution("away")["jurisdiction"] == ""
    keys = ("declared_country", "payment_country", "phone_country", "signup_country")
    assert [tuple(g[key] for key in keys) for g in grades] == [("NZ",) * 4, ("",) * 4, ("AU",) * 4]


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+44 20 7946 0000", "GB"), ("+44 1481 960000", "GG"), ("+1 202 555 0100", ""), ("+1 (242) 555-0100", "BS"),
        ("0064211234567", "NZ"), ("021 123 4567", ""), ("+999 1234", ""), ("none", ""), ("+7 701 1234567", "KZ"),
    ],
)  # fmt: skip
def test_the_longest_calling_code_names_the_country(phone: str, country: str, world: World) -> None:
    visits(world, "a", NZ=1)
    world.record("a", phone=phone)
    assert world.attributed().attribution("a")["phone_country"] == country


def test_the_sign_up_country_is_that_of_the_edition_then_in_force_and_of_a_subscriber_line(world: World) -> None:
    world.table("atlas", "2018-01-01", row("240.1.0.0/16", "AU", "access"), row("240.7.0.0/16", "AU", "access"))
    stated = {
        "then": {"signup_ip": "240.1.0.7", "signup_at": at("2018-06-01T00:00:00")},
        "later": {"signup_ip": "::ffff:240.1.0.7", "signup_at": at("2019-02-01T00:00:00")},
        "created": {"signup_ip": "240.1.0.7", "created_at": at("2018-06-01T00:00:00")},
        "undated": {"signup_ip": "240.1.0.7"},
        "anonymised": {"signup_ip": "240.7.0.7", "signup_at": at("2019-02-01T00:00:00")},
        "nonsense": {"signup_ip": "nowhere", "signup_at": at("2019-02-01T00:00:00")},
    }
    for name, values in stated.items():
        visits(world, name, NZ=1)
        world.record(name, **values)
    found = world.attributed()
    assert {name: found.attribution(name)["signup_country"] for name in stated} == {
        "then": "AU", "later": "NZ", "created": "AU", "undated": "", "anonymised": "", "nonsense": "",
    }  # fmt: skip


def test_carrier_nat_without_a_port_is_a_caveat_and_with_one_is_none(world: World) -> None:
    world.access("a", DAY.format(1), NETS["cgnat"])
    world.access("a", DAY.format(2), NETS["cgnat"], port=4_000)
    world.access("b", DAY.format(2), NETS["cgnat"], port=4_001)
    found = world.attributed()
    assert found.attribution("a")["caveats"] == ["cgnat-no-port"]
    assert found.attribution("b")["caveats"] == []


def test_a_mobile_network_is_a_caveat(world: World) -> None:
    assert told(world, mobile=1)[1]["caveats"] == ["mobile-shared"]


def test_an_address_of_many_accounts_in_one_period_is_shared(world: World) -> None:
    for number in range(5):
        visits(world, f"shared{number}", NZ=1)
    for number in range(4):
        visits(world, f"apart{number}", AU=1)
    found = world.attributed()
    assert found.attribution("shared3")["caveats"] == ["shared-address"]
    assert found.attribution("apart3")["caveats"] == []
    assert [s["accounts_here"] for s in found.sightings("shared3")] == [5]
    assert found.addresses(NETS["NZ"])[0]["caveats"] == ["shared-address"]


@pytest.mark.parametrize(
    ("minutes", "impossible"),
    [((0, 119, 238), True), ((0, 120, 240), False), ((0, 60), False), ((0, 60, 240), False)],
)
def test_two_changes_of_country_faster_than_a_journey_are_impossible_travel(
    minutes: tuple[int, ...], impossible: bool, world: World
) -> None:
    for number, minute in enumerate(minutes):
        world.access("a", f"2019-05-01T{minute // 60:02}:{minute % 60:02}:00", NETS["NZ" if number % 2 else "AU"])
    caveats = world.attributed().attribution("a")["caveats"]
    assert ("impossible-travel" in caveats) is impossible


def test_an_anonymiser_between_home_accesses_is_no_travel(world: World) -> None:
    visits(world, "a", NZ=1, vpn=1, mobile=1)
    visits(world, "a", NZ=1, vpn=1)
    assert "impossible-travel" not in world.attributed().attribution("a")["caveats"]


def test_a_clean_account_belongs_where_its_block_belonged_at_that_moment(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.table("atlas", "2019-01-01", row("240.1.0.0/16", "NZ", "access"), row("240.2.0.0/16", "AU", "access"))
    world.table("atlas", "2019-06-01", row("240.1.0.0/16", "AU", "access"), row("240.2.0.0/16", "NZ", "access"))
    for month in (2, 3, 4, 5, 6, 7, 8):
        world.access("early", f"2019-{min(month, 5):02}-01T10:00:00", "240.1.0.5")
        world.access("late", f"2019-{max(month, 6):02}-01T10:00:00", "240.1.0.5")
        world.access("moves", f"2019-{month:02}-01T10:00:00", "240.1.0.6" if month < 6 else "240.2.0.6")
    found = world.attributed()
    assert [found.attribution(name)["jurisdiction"] for name in ("early", "late", "moves")] == ["NZ", "AU", "NZ"]
    assert [found.shares(name)[0][1] for name in ("early", "late", "moves")] == [1000, 1000, 1000]


def test_every_account_has_exactly_one_attribution(world: World) -> None:
    from leadline.facts.tables import AttributionRow

    visits(world, "a", NZ=1)
    visits(world, "b", vpn=1)
    world.access("c", DAY.format(1), "10.0.0.1")
    world.access("d", DAY.format(1), NETS["NZ"], relevant=False)
    world.access(None, DAY.format(1), NETS["NZ"])
    assert sorted(r["account_key"] for r in world.attributed().rows(AttributionRow)) == ["a", "b", "c"]


def test_the_same_facts_give_the_same_bytes_with_any_number_of_threads(world: World) -> None:
    nets = list(NETS)
    for number in range(300):
        account = f"u{number % 37}"
        world.access(
            account, f"2019-0{1 + number % 8}-11T{number % 24:02}:{number % 60:02}:00", NETS[nets[number % 12]]
        )
        world.record(account, phone="+64211234567", declared_country="NZ") if number < 37 else None
    assert world.attributed(threads=1).digest() == world.attributed(threads=2).digest()


def test_a_tip_without_relevant_accesses_gives_empty_tables_and_all_addresses(world: World) -> None:
    world.access("a", DAY.format(1), NETS["NZ"], relevant=False)
    found = world.attributed()
    assert found.addresses(NETS["NZ"])[0]["country"] == "NZ"
    assert found.sightings("a") == []


def test_a_tip_without_any_access_is_no_fault(world: World) -> None:
    from leadline.facts.tables import AddressRow

    assert world.attributed().rows(AddressRow) == []


def test_an_expert_runs_the_rules_again_in_plain_duckdb_and_gets_the_same_rows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    from leadline.facts.rerun import script, stage_script

    for number, net in enumerate(NETS):
        visits(world, f"u{number}", **{"NZ": 1, net: 2})
    world.record("u1", phone="+64211234567", signup_ip="240.1.0.7", signup_at=at("2019-02-01T00:00:00"))
    found = world.attributed()
    facts = found.lake.folder
    text = script("R-0123456789abcdef", [stage_script("attribution", found.journal, facts=facts, final=facts)])
    monkeypatch.chdir(facts)
    with duckdb.connect() as shell:
        answers = [shell.execute(statement.query).fetchall() for statement in duckdb.extract_statements(text)]
    assert {fact for _, fact, _ in answers[-1]} == {
        "attribution", "holder", "jurisdiction", "request", "sighting", "signup_seen",
    }  # fmt: skip
    assert {differing for _, _, differing in answers[-1]} == {0}
