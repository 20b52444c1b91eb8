"""Shares add up exactly, and each part's chance is its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.synthetic.chance import dealt, drawn, generator, mixed, place_within, quotas


@given(st.integers(100, 10_000), st.lists(st.floats(0.01, 10.0), min_size=1, max_size=20))
def test_quotas_add_up_and_none_is_below_its_least(total: int, shares: list[float]) -> None:
    found = quotas(total, shares, least=2)
    assert int(found.sum()) == total
    assert int(found.min()) >= 2


def test_quotas_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be shared out"):
        quotas(5, (0.5, 0.5), least=3)


def test_dealing_gives_each_class_its_quota() -> None:
    found = dealt(generator(1, "test"), 100, (0.5, 0.3, 0.2))
    assert np.bincount(found).tolist() == [50, 30, 20]


def test_a_class_without_a_share_is_never_drawn() -> None:
    tables = np.array(((0.0, 1.0, 1.0), (1.0, 0.0, 0.0)))
    found = drawn(generator(1, "test"), np.repeat((0, 1), 500), tables)
    assert set(found[:500].tolist()) == {1, 2}
    assert set(found[500:].tolist()) == {0}


def test_parts_draw_apart_and_seeds_differ() -> None:
    draws = [generator(*of).integers(1 << 60) for of in ((1, "one"), (1, "two"), (2, "one"))]
    assert len(set(draws)) == 3
    assert generator(1, "one").integers(1 << 60) == draws[0]


@given(st.lists(st.integers(0, 5), max_size=50))
def test_places_count_up_within_each_group(groups: list[int]) -> None:
    seen: dict[int, int] = {}
    expected = []
    for group in groups:
        expected.append(seen.get(group, 0))
        seen[group] = expected[-1] + 1
    assert place_within(np.array(groups, dtype=np.int64)).tolist() == expected


def test_mixing_scatters_evenly_and_repeats_itself() -> None:
    numbers = np.arange(10_000)
    found = mixed(numbers, numbers // 7, below=10)
    assert (found == mixed(numbers, numbers // 7, below=10)).all()
    assert np.bincount(found, minlength=10).min() > 800
