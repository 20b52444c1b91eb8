"""Canonical JSON: one spelling, and no value that has several."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import LeadlineError
from leadline.seal.canonical import canonical_json

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


def test_keys_are_sorted_and_nothing_is_spaced():
    assert canonical_json({"b": [1, True, None], "a": {"z": "é", "y": -3}}) == (
        '{"a":{"y":-3,"z":"é"},"b":[1,true,null]}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        {"a": [1.0]},
        float("nan"),
        {1: "a"},
        (1, 2),
        b"x",
        {"a"},
        datetime(2019, 9, 1, tzinfo=UTC),
        "\ud800",
    ],
)
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises(LeadlineError) as refusal:
        canonical_json(value)
    assert refusal.value.advice


@given(_VALUES)
def test_it_reads_back_as_the_same_value_and_the_same_bytes(value):
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written
    assert b"\n" not in written
