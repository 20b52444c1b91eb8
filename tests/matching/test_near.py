"""Perceptual hashes are compared exactly: every pair within 31 bits is found, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leadline.stages.matching.near import LIMIT, near_pairs, words_of

if TYPE_CHECKING:
    from pathlib import Path


def brute(queries: list[int], known: list[int]) -> list[tuple[int, int, int]]:
    pairs = ((q, k, (a ^ b).bit_count()) for q, a in enumerate(queries) for k, b in enumerate(known))
    return [pair for pair in pairs if pair[2] <= LIMIT]


def as_hex(numbers: list[int]) -> list[str]:
    return [f"{number:064x}" for number in numbers]


def test_the_published_pairs_are_found(samples: Path) -> None:
    needles = (samples / "hash" / "pdq_needles.txt").read_text().split()
    haystack = (samples / "hash" / "pdq_haystack.txt").read_text().split()
    found = near_pairs(words_of(needles), words_of(haystack))
    assert len(found) == 250
    assert {query for query, _, _ in found} == set(range(100))
    assert sum(1 for pair in found if pair[2] == 0) == 50


@given(st.data())
def test_every_pair_within_the_limit_and_no_other(data: st.DataObject) -> None:
    known = data.draw(st.lists(st.integers(0, 2**256 - 1), max_size=20))
    queries = data.draw(st.lists(st.integers(0, 2**256 - 1), max_size=5))
    for one in known[:3]:
        bits = data.draw(st.sets(st.integers(0, 255), min_size=28, max_size=34))
        queries.append(one ^ sum(1 << bit for bit in bits))
    assert near_pairs(words_of(as_hex(queries)), words_of(as_hex(known))) == brute(queries, known)


def test_31_bits_are_near_and_32_are_not_wherever_they_lie() -> None:
    known = words_of(["0" * 64])
    for first in range(0, 225, 8):
        near, far = ((1 << 31) - 1) << first, ((1 << 32) - 1) << first
        queries = words_of(as_hex([near, far % (1 << 256) if first < 225 else far]))
        assert near_pairs(queries, known) == [(0, 0, 31)]


def test_pairs_are_found_in_every_block_of_a_long_list() -> None:
    rng = np.random.default_rng(7)
    known = rng.integers(0, 2**64, (20_000, 4), dtype=np.uint64)
    places = list(range(0, 20_000, 997))
    found = near_pairs(known[places] ^ np.uint64(3), known)
    assert found == [(at, place, 8) for at, place in enumerate(places)]


def test_nothing_against_nothing_is_nothing() -> None:
    assert near_pairs(words_of([]), words_of(["0" * 64])) == []
    assert near_pairs(words_of(["0" * 64]), words_of([])) == []
