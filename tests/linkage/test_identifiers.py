"""Identifiers are brought to one form, and what stands for nothing is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from leadline.reading.identifiers import device, email_forms, is_full_name, name_words, payment, telephone

if TYPE_CHECKING:
    from collections.abc import Callable


def test_of_a_provider_of_which_nothing_is_known_dots_count_and_a_tag_is_told_apart() -> None:
    forms = email_forms(" Tav.Rasko+Two@Mail.Example ")
    assert forms["email"] == forms["mailbox"] == "tav.rasko+two@mail.example"
    assert forms["untagged"] == "tav.rasko@mail.example"
    assert (forms["local"], forms["stem"]) == ("tavrasko", "tavrasko")


@pytest.mark.parametrize(
    ("written", "mailbox"),
    [
        ("Tav.Ras.Ko+x@GoogleMail.com", "tavrasko@gmail.com"),
        ("tav.rasko+x@outlook.com", "tav.rasko@outlook.com"),
        ("tav_ras-ko.+x@proton.me", "tavrasko@proton.me"),
        ("+@gmail.com", "+@gmail.com"),
    ],
)
def test_what_a_known_provider_ignores_is_left_out(written: str, mailbox: str) -> None:
    forms = email_forms(written)
    assert forms["mailbox"] == forms["untagged"] == mailbox


def test_a_domain_in_another_script_is_the_same_in_both_writings_and_sharp_s_is_no_double_s() -> None:
    assert email_forms("a@bücher.example")["email"] == email_forms("a@xn--bcher-kva.example")["email"]
    assert email_forms("straße@mail.example")["email"] != email_forms("strasse@mail.example")["email"]


@pytest.mark.parametrize("form", [email_forms, device, payment, lambda text: telephone(text, region="NZ"), name_words])
def test_a_megabyte_is_no_identifier(form: Callable[[str], object]) -> None:
    for text in ("a" * 1_000_000 + "@mail.example", "1234567890" * 100_000, "a b " * 250_000):
        found = form(text)
        assert not (set(found.values()) - {None} if isinstance(found, dict) else found)


@given(
    st.one_of(
        st.text("aB1.-+_!/'\"@ é", max_size=9),
        st.sampled_from(["a" * 64, "a" * 65, "a.b", ".a", "a.", "a..b", '"a b"', "a`{|}~", "POSTMASTER"]),
    ),
    st.sampled_from(
        [
            *("Mail.Example", "mail.example.", "a..b", "-a.example", "a-.example", "localhost", "127.0.0.1"),
            *("xn--bcher-kva.example", "bücher.example", "xn--a.example", "a_b.example", "a.123"),
            *("x." + "y" * 64, "abcdefg." * 31 + "de"),
        ]
    ),
)
def test_a_plain_address_is_read_as_the_library_reads_it(local: str, domain: str) -> None:
    written = f"{local}@{domain}"
    try:
        read = validate_email(written.strip().removesuffix("."), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        expected = None
    else:
        expected = f"{read.local_part}@{read.ascii_domain or read.domain}".lower()
    assert email_forms(written)["email"] == expected


def test_a_short_local_part_is_not_compared_across_domains() -> None:
    assert email_forms("info1@mail.example")["local"] is None
    assert email_forms("ab12345@mail.example")["stem"] is None


@pytest.mark.parametrize("written", [None, "", "nobody", "a@b@c", "@mail.example", "two words@mail.example"])
def test_what_is_no_mailbox_has_no_form(written: str | None) -> None:
    assert set(email_forms(written).values()) == {None}


@pytest.mark.parametrize("written", ["+64 21 000 1234", "021 000 1234", "0064 21 000 1234", "(021) 000-1234"])
def test_a_telephone_number_is_one_however_it_is_written(written: str) -> None:
    assert telephone(written, region="NZ") == "+64210001234"


def test_a_number_behind_a_switchboard_is_not_the_switchboards() -> None:
    assert telephone("+64 21 000 1234 ext. 7", region=None) != telephone("+64 21 000 1234", region=None)


@pytest.mark.parametrize("written", ["+64 99 999 9999", "+64 12345678", "+1 123 456 7890"])
def test_figures_in_order_or_all_alike_are_no_number(written: str) -> None:
    assert telephone(written, region=None) is None


@pytest.mark.parametrize(("written", "region"), [("021 000 1234", None), ("12", "NZ"), ("none", "NZ"), ("", "NZ")])
def test_a_number_that_cannot_be_placed_is_none(written: str, region: str | None) -> None:
    assert telephone(written, region=region) is None


@pytest.mark.parametrize(
    "written",
    [
        "unknown",
        "00000000-0000-0000",
        " ",
        "N/A",
        "ffffffff",
        None,
        "9774D56D682E549C",
        "02:00:00:00:00:00",
        "{03000200-0400-0500-0006-000700080009}",
        "To Be Filled By O.E.M.",
        "123456789",
    ],
)
def test_a_device_id_that_stands_for_none_is_none(written: str | None) -> None:
    assert device(written) is None


def test_a_hardware_address_is_one_however_its_groups_are_written() -> None:
    assert device("AA-BB-CC-00-11-22") == device("aa:bb:cc:00:11:22") == "aabbcc001122"
    assert device("Tablet-77") == "tablet-77"


def test_a_means_of_payment_is_told_by_its_token_and_a_masked_number_is_none() -> None:
    assert payment(" tok_9aFz31 ") == "tok_9aFz31"
    assert payment("tok_9afz31") != payment("tok_9aFz31")
    for nothing in ("**** **** **** 4242", "411111XXXXXX1111", "free", "4242 4242 4242 4242", "000000", "12", None):
        assert payment(nothing) is None


def test_names_are_compared_without_case_and_accents_and_handles_are_no_full_names() -> None:
    assert name_words("TAVBÄ  Raškó") == ["tavba", "rasko"]
    assert is_full_name(name_words("Tavba Rasko"))
    assert not is_full_name(name_words("tiger1234"))
    assert not is_full_name(name_words("Holder a1234567"))
