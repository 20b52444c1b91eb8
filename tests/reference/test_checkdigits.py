"""A check digit shows every single mistyped character and every swap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import WrongUsage
from leadline.vocabulary.checkdigits import ALPHABET, MODULUS, ROOT, check_digit, request_text

TEXT = request_text("C2LL3YMTT3XF", "2001:db8::1f", 51_234, "2019-05-01T10:00:00.25Z")
SYMBOLS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:-|+ "
LINES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=2, max_size=120)


def test_every_change_of_one_character_is_shown() -> None:
    right = check_digit(TEXT)
    for place, before in enumerate(TEXT):
        for after in SYMBOLS:
            if after != before:
                assert check_digit(TEXT[:place] + after + TEXT[place + 1 :]) != right


def test_every_swap_of_two_characters_is_shown_neighbours_or_not() -> None:
    right = check_digit(TEXT)
    for a in range(len(TEXT)):
        for b in range(a):
            if TEXT[a] != TEXT[b]:
                changed = list(TEXT)
                changed[a], changed[b] = TEXT[b], TEXT[a]
                assert check_digit("".join(changed)) != right


@given(LINES, st.data())
def test_any_text_shows_a_change_and_a_swap(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.sampled_from([s for s in SYMBOLS if s != text[place]]))
    assert check_digit(text[:place] + other + text[place + 1 :]) != check_digit(text)
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert (check_digit(swapped) == check_digit(text)) is (swapped == text)


def test_the_root_reaches_every_remainder_before_it_repeats() -> None:
    powers = {pow(ROOT, exponent, MODULUS) for exponent in range(MODULUS - 1)}
    assert len(powers) == MODULUS - 1


def test_the_symbols_hold_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("01IOilo") & set(ALPHABET)
    assert len(check_digit("x")) == 2


def test_what_cannot_be_checked_is_refused() -> None:
    for text in ("é", "x" * 1020):
        with pytest.raises(WrongUsage):
            check_digit(text)
