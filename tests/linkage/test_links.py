"""Two accounts are linked by what few have in common, and never by what many share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.facts.tables.linkage import ClusterRow, LinkRow
from tests.linkage.cast import account, at_home, cast
from tests.linkage.worlds import link

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.linked_people import Account

PHONE, OTHER_PHONE = "+64 0000 100001", "+64 0000 200002"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (account("a", device="tablet-77"), account("b", device=" TABLET-77 ")),
        (account("a", email="Tav.Rasko@mail.example"), account("b", email="tav.rasko@MAIL.example")),
        (account("a", email="tavrasko@mail.example"), account("b", email="tavrasko+two@mail.example")),
        (account("a", email="tavrasko@gmail.com"), account("b", email="tav.rasko+two@googlemail.com")),
        (account("a", phone=PHONE), account("b", phone="0064-0000-100001")),
    ],
)
def test_one_personal_key_in_common_makes_one_person(tmp_path: Path, one: Account, other: Account) -> None:
    assert link(cast(tmp_path, one, other)).found_pairs() == {("a", "b")}


def test_accounts_that_share_a_home_and_differ_in_all_else_are_associated_and_not_one_person(tmp_path: Path) -> None:
    one = account("a", email="tavrasko@mail.example", device="dev-1a", phone=PHONE, display_name="Tavba Rasko")
    other = account("b", email="lumfelba@mail.example", device="dev-2b", phone=OTHER_PHONE, display_name="Lumba Felgi")
    found = link(cast(tmp_path, one, other, visits={"a": at_home(1), "b": at_home(2)}))
    assert found.found_pairs() == set()
    assert found.found_pairs("associated") == {("a", "b")}


def test_a_couple_with_one_tablet_stays_two_persons(tmp_path: Path) -> None:
    one = account("a", device="tablet-77", display_name="Tavba Rasko")
    other = account("b", device="tablet-77", display_name="Lumba Felgi")
    found = link(cast(tmp_path, one, other, visits={"a": at_home(), "b": at_home()}))
    assert found.found_pairs() == set()
    assert found.found_pairs("associated") == {("a", "b")}


def test_the_same_address_many_weeks_apart_links_nobody(tmp_path: Path) -> None:
    visits = {"a": at_home(1), "b": at_home(12)}
    assert link(cast(tmp_path, account("a"), account("b"), visits=visits)).rows(LinkRow) == []


@pytest.mark.parametrize("kind", ["cgnat", "mobile", "vpn", "tor", "relay", "hosting"])
def test_an_address_that_a_network_shares_links_nobody_even_when_only_two_used_it(tmp_path: Path, kind: str) -> None:
    visits = {"a": [(9, kind, 1)], "b": [(9, kind, 1)]}
    assert link(cast(tmp_path, account("a"), account("b"), visits=visits)).rows(LinkRow) == []


def test_an_ordinary_address_that_five_accounts_used_links_nobody(tmp_path: Path) -> None:
    guests = [account(f"g{number}", display_name="Tavba Rasko") for number in range(5)]
    visits = {guest.key: at_home() for guest in guests}
    assert link(cast(tmp_path, *guests, visits=visits)).rows(LinkRow) == []


def test_meeting_at_an_address_that_many_share_is_evidence_against_a_link(tmp_path: Path) -> None:
    pair = [account("a", device="tablet-77"), account("b", device="tablet-77")]
    visits = {"a": [(9, "vpn", 1)], "b": [(9, "vpn", 1)]}
    (row,) = link(cast(tmp_path, *pair, visits=visits)).links("same-person").values()
    (home,) = [part for part in row["evidence"] if part["field"] == "home"]
    assert home["bits"] < 0
    assert "joins nobody" in home["sentence"]


@pytest.mark.parametrize(("signup", "linked"), [(7, {("a", "b")}), (5_000_001, set()), (6_000_001, set())])
def test_a_sign_up_address_of_a_gateway_or_a_vpn_associates_nobody_though_no_access_came_from_it(
    tmp_path: Path, signup: int, linked: set[tuple[str, str]]
) -> None:
    found = link(cast(tmp_path, account("a", signup=signup), account("b", signup=signup)))
    assert found.found_pairs("associated") == linked


def test_a_card_in_common_and_nothing_else_links_nobody(tmp_path: Path) -> None:
    found = link(cast(tmp_path, account("a", payment="tok_9aFz31"), account("b", payment="tok_9aFz31")))
    assert found.rows(LinkRow) == []


def test_a_card_and_a_name_in_common_make_one_person(tmp_path: Path) -> None:
    one = account("a", payment="tok_9aFz31", display_name="Tavba Rasko")
    other = account("b", payment="tok_9aFz31", display_name="T. Rasko")
    assert link(cast(tmp_path, one, other)).found_pairs() == {("a", "b")}


def test_dots_alone_join_nobody_at_a_provider_of_which_nothing_is_known(tmp_path: Path) -> None:
    one, other = account("a", email="tavrasko@mail.example"), account("b", email="tav.rasko@mail.example")
    assert link(cast(tmp_path, one, other)).found_pairs() == set()


def test_a_couple_that_pays_by_one_card_stays_two_persons(tmp_path: Path) -> None:
    one = account("a", payment="tok_9aFz31", email="tavrasko@mail.example", device="dev-1a")
    other = account("b", payment="tok_9aFz31", email="lumfelba@mail.example", device="dev-2b")
    found = link(cast(tmp_path, one, other, visits={"a": at_home(), "b": at_home()}))
    assert found.found_pairs() == set()
    assert found.found_pairs("associated") == {("a", "b")}


def test_an_identifier_that_nine_accounts_state_is_nobodys_own(tmp_path: Path) -> None:
    many = [account(f"g{number}", device="web-client-0001") for number in range(9)]
    assert link(cast(tmp_path, *many)).rows(LinkRow) == []


def test_namesakes_at_two_mail_services_are_not_one_person(tmp_path: Path) -> None:
    one = account("a", email="tavba.rasko@mail.example", display_name="Tavba Rasko", device="dev-1a")
    other = account("b", email="tavba.rasko@post.example", display_name="Tavba Rasko", device="dev-2b")
    assert link(cast(tmp_path, one, other)).found_pairs() == set()


def test_the_parts_of_a_waterfall_make_its_sum(tmp_path: Path) -> None:
    pair = [account("a", device="tablet-77", phone=PHONE), account("b", device="tablet-77", phone=OTHER_PHONE)]
    (row,) = link(cast(tmp_path, *pair)).rows(LinkRow)
    assert row["evidence"][0]["field"] == "start"
    assert sum(part["bits"] for part in row["evidence"]) == row["bits"]


def test_accounts_without_a_relevant_access_are_not_linked(tmp_path: Path) -> None:
    folder = cast(tmp_path, account("a", device="tablet-77"), account("b", device="tablet-77"))
    for path in (folder / "activity").glob("*.parquet"):
        path.unlink()
    assert link(folder).rows(LinkRow) == []


def test_a_cluster_names_its_weakest_link_and_what_ties_each_account(tmp_path: Path) -> None:
    chain = [
        account("a", device="tablet-77"),
        account("b", device="tablet-77", email="tavrasko@mail.example"),
        account("c", email="tavrasko@mail.example"),
    ]
    rows = {row["account_key"]: row for row in link(cast(tmp_path, *chain)).rows(ClusterRow)}
    assert {row["cluster"] for row in rows.values()} == {rows["a"]["cluster"]}
    assert rows["a"]["breaks"]
    assert rows["a"]["weakest_link"] in (["a", "b"], ["b", "c"])
    assert rows["c"]["linked_to"] == "b"
    assert [part["field"] for part in rows["c"]["evidence"]] == ["start", "email"]


def test_any_number_of_threads_writes_the_same_bytes(tmp_path: Path) -> None:
    from tests.linkage.worlds import invented

    written = []
    for threads in (1, 2, 4):
        folder = tmp_path / str(threads)
        invented(folder, 5, accounts=400)
        link(folder, threads=threads)
        found = sorted([*(folder / "link").glob("*"), *(folder / "cluster").glob("*")])
        written.append([(path.name, path.read_bytes()) for path in found])
    assert written[0]
    assert written[0] == written[1] == written[2]


def test_one_tablet_and_two_telephones_stay_two_persons(tmp_path: Path) -> None:
    one = account("a", device="tablet-77", email="tavrasko@mail.example", phone=PHONE)
    other = account("b", device="tablet-77", email="lumfelba@mail.example", phone=OTHER_PHONE)
    found = link(cast(tmp_path, one, other))
    assert found.found_pairs() == set()
    assert found.found_pairs("associated") == {("a", "b")}


def test_stating_another_country_does_not_outweigh_the_same_device(tmp_path: Path) -> None:
    one = account("a", device="tablet-77", email="tavrasko@mail.example", country="NZ")
    other = account("b", device="tablet-77", email="lumfelba@mail.example", country="FR")
    assert link(cast(tmp_path, one, other)).found_pairs() == {("a", "b")}


def test_guests_of_one_place_are_associated_only_where_a_name_bears_it_out(tmp_path: Path) -> None:
    guests = [
        account("a", display_name="Tavba Rasko"),
        account("b", display_name="Lumba Rasko"),
        account("c", display_name="Felgi Zimulko"),
    ]
    visits = {guest.key: at_home() for guest in guests}
    assert link(cast(tmp_path, *guests, visits=visits)).found_pairs("associated") == {("a", "b")}
