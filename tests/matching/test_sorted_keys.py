"""A search in sorted files finds every keyed digest with all its rows and no other; the keying is the standard's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from leadline.reference.hashsets.cmac import cmac_of_each
from leadline.reference.hashsets.sorted_keys import find, write_sorted
from leadline.reference.hashsets.writing import DIGEST

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52ef"
"""The messages of RFC 4493 are beginnings of this one."""


def library(key: bytes, message: bytes) -> bytes:
    one = CMAC(AES(key))
    one.update(message)
    return one.finalize()


@pytest.mark.parametrize("length", [1, 15, 16, 17, 20, 31, 32, 33, 48])
def test_many_at_once_are_what_the_library_gives_for_each(length: int) -> None:
    key = bytes(range(32))
    messages = np.random.default_rng(length).integers(0, 256, (200, length), dtype=np.uint8)
    found = cmac_of_each(key, messages)
    assert [row.tobytes() for row in found] == [library(key, row.tobytes()) for row in messages]


def test_the_published_example_comes_out() -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    message = np.frombuffer(bytes.fromhex(PUBLISHED)[:40], np.uint8).reshape(1, -1)
    assert cmac_of_each(key, message).tobytes().hex() == "dfa66747de9ae63030ca32611497c827"


def written(folder: Path, rows: list[tuple[int, bytes, int]]) -> dict[int, int]:
    ordered = sorted(rows)
    columns = [
        [number for number, _, _ in ordered],
        [keyed for _, keyed, _ in ordered],
        [item for _, _, item in ordered],
        [item % 3 for _, _, item in ordered],
        [item % 2 == 0 for _, _, item in ordered],
        [True] * len(ordered),
        [False] * len(ordered),
    ]
    table = pa.table(columns, schema=DIGEST)
    return write_sorted(folder, table.to_batches(max_chunksize=7))


def test_all_rows_of_equal_digests_are_found_and_half_equal_ones_are_not(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    rows = [(1, chance.bytes(16), item) for item in range(60)]
    twice = rows[3][1]
    other_end = twice[:8] + bytes(8)
    rows += [(1, twice, 100), (1, twice, 101), (3, rows[4][1], 102), (1, b"\xff" * 16, 103), (1, bytes(16), 104)]
    counts = written(tmp_path, rows)
    assert counts == {1: 64, 3: 1}
    wanted = [twice, other_end, chance.bytes(16), b"\xff" * 16, bytes(16), rows[4][1]]
    asked = np.frombuffer(b"".join(wanted), np.uint8).reshape(-1, 16)
    places, found = find(tmp_path, 0, counts[1], asked)
    met = sorted(zip(places.tolist(), found["item"].tolist(), strict=True))
    assert met == [(0, 3), (0, 100), (0, 101), (3, 103), (4, 104), (5, 4)]
    assert {(row["item"] % 3, row["item"] % 2 == 0) for row in found} == {
        (row["category"], bool(row["has"] & 1)) for row in found
    }
    places, found = find(tmp_path, counts[1], counts[3], asked)
    assert (places.tolist(), found["item"].tolist()) == ([5], [102])


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert written(tmp_path, [(1, bytes(16), 1)]) == {1: 1}
    assert len(find(tmp_path, 1, 0, np.zeros((1, 16), np.uint8))[0]) == 0
    assert len(find(tmp_path, 0, 1, np.zeros((0, 16), np.uint8))[0]) == 0
