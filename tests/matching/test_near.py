"""Perceptual hashes are compared exactly: every pair within 31 bits is found, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leadline.stages.matching import near, pigeonhole
from leadline.stages.matching.near import LIMIT, near_pairs, words_of
from leadline.stages.matching.pigeonhole import WIDEST, near_by_chunks

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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
    chunks = near_by_chunks(words_of(needles), words_of(haystack), limit=LIMIT)
    assert chunks is not None
    assert list(zip(*(column.tolist() for column in chunks), strict=True)) == found
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


def by_chunks(queries: list[int], known: list[int], *, limit: int = LIMIT) -> list[tuple[int, int, int]]:
    found = near_by_chunks(words_of(as_hex(queries)), words_of(as_hex(known)), limit=limit)
    assert found is not None
    return list(zip(*(column.tolist() for column in found), strict=True))


def test_chunks_find_a_pair_wherever_its_bits_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pigeonhole, "_DEAREST", 0.001)
    rng = np.random.default_rng(11)
    known = [int.from_bytes(rng.bytes(32)) for _ in range(40)]
    queries, expected = [], []
    for at in range(120):
        bits = rng.choice(256, int(rng.integers(0, WIDEST + 3)), replace=False)
        queries.append(known[at % 40] ^ sum(1 << int(bit) for bit in bits))
        if len(bits) <= WIDEST:
            expected.append((at, at % 40, len(bits)))
    # Two or three bits of each chunk: the pairs that a wrong argument would miss.
    places = [64 * word + first for word in range(4) for first in (0, 22, 43)]
    for extra in (0, 11):
        odd = sum((7 if at < extra else 3) << place for at, place in enumerate(places))
        expected.append((len(queries), 0, odd.bit_count()))
        queries.append(known[0] ^ odd)
    assert by_chunks(queries, known, limit=WIDEST) == sorted(expected)
    assert by_chunks(queries, known) == brute(queries, known)


def test_where_all_hashes_share_chunks_the_plain_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_MANY", 1)
    numbers = list(range(300))
    words = words_of(as_hex(numbers))
    assert near_by_chunks(words, words, limit=LIMIT) is None
    assert near_pairs(words, words) == brute(numbers, numbers)


def test_both_ways_give_the_same_pairs_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(13)
    known = rng.integers(0, 2**64, (30_000, 4), dtype=np.uint64)
    queries = known[rng.integers(0, len(known), 300)] ^ np.uint64(0b1011)
    plain = near_pairs(queries, known)
    monkeypatch.setattr(near, "_MANY", 1)
    assert near_by_chunks(queries, known, limit=LIMIT) is not None
    assert near_pairs(queries, known) == plain
    assert len(plain) >= 300
