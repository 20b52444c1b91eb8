"""Identifiers are brought to one form, and what stands for nothing is nothing."""

from __future__ import annotations

import pytest

from leadline.reading.identifiers import device, email_forms, is_full_name, name_words, telephone


def test_a_mailbox_is_told_without_case_dots_and_tag() -> None:
    forms = email_forms(" Tav.Rasko+Two@Mail.Example ")
    assert forms["email"] == "tav.rasko+two@mail.example"
    assert forms["mailbox"] == "tavrasko@mail.example"
    assert (forms["local"], forms["stem"]) == ("tavrasko", "tavrasko")


def test_a_short_local_part_is_not_compared_across_domains() -> None:
    assert email_forms("info1@mail.example")["local"] is None
    assert email_forms("ab12345@mail.example")["stem"] is None


@pytest.mark.parametrize("written", [None, "", "nobody", "a@b@c", "@mail.example", "two words@mail.example"])
def test_what_is_no_mailbox_has_no_form(written: str | None) -> None:
    assert set(email_forms(written).values()) == {None}


@pytest.mark.parametrize("written", ["+64 21 000 1234", "021 000 1234", "0064 21 000 1234", "(021) 000-1234"])
def test_a_telephone_number_is_one_however_it_is_written(written: str) -> None:
    assert telephone(written, region="NZ") == "+64210001234"


@pytest.mark.parametrize(("written", "region"), [("021 000 1234", None), ("12", "NZ"), ("none", "NZ"), ("", "NZ")])
def test_a_number_that_cannot_be_placed_is_none(written: str, region: str | None) -> None:
    assert telephone(written, region=region) is None


@pytest.mark.parametrize("written", ["unknown", "00000000-0000-0000", " ", "N/A", "ffffffff", None])
def test_a_device_id_that_stands_for_none_is_none(written: str | None) -> None:
    assert device(written) is None


def test_names_are_compared_without_case_and_accents_and_handles_are_no_full_names() -> None:
    assert name_words("TAVBÄ  Raškó") == ["tavba", "rasko"]
    assert is_full_name(name_words("Tavba Rasko"))
    assert not is_full_name(name_words("tiger1234"))
    assert not is_full_name(name_words("Holder a1234567"))
