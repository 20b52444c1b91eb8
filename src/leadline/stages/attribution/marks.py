"""Identifiers and check digits of resolution requests, for many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.vocabulary.checkdigits import ALPHABET, MAX_LENGTH, MODULUS, ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

ID_LENGTH = 12
"""Symbols of five bits each; the digest's first 60 bits."""
_DIGITS = ID_LENGTH * 5 // 4
_SYMBOLS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)


def marked(asked: pa.Table) -> pa.Table:
    """`digest, request_id, check_digit` for rows of `digest, remote_ip, remote_port, instant` (ISO 8601 with Z).

    The check digit is that of `vocabulary.checkdigits.request_text`.
    """
    ids = _ids(asked.column("digest"))
    ports = pc.fill_null(pc.cast(asked.column("remote_port"), pa.string()), "")
    texts = pc.binary_join_element_wise(ids, asked.column("remote_ip"), ports, asked.column("instant"), "|")
    return pa.table({"digest": asked.column("digest"), "request_id": ids, "check_digit": _check_digits(texts)})


def _ids(digests: pa.ChunkedArray) -> pa.Array:
    """Each digest's first 60 bits in the alphabet without look-alikes."""
    digits = _characters(pc.utf8_slice_codeunits(digests, 0, _DIGITS), _DIGITS).astype(np.int64)
    values = np.where(digits >= ord("a"), digits - ord("a") + 10, digits - ord("0"))
    number = np.zeros(len(values), dtype=np.int64)
    for place in range(_DIGITS):
        number = number << 4 | values[:, place]
    shifts = np.arange(5 * (ID_LENGTH - 1), -1, -5)
    return _texts(_SYMBOLS[(number[:, None] >> shifts) & 31])


def _check_digits(texts: pa.ChunkedArray) -> pa.Array:
    lengths = pc.binary_length(texts).to_numpy().astype(np.int64)
    longest = min(int(lengths.max(initial=0)), MAX_LENGTH)
    characters = _characters(texts, longest)
    remainder = np.zeros(len(lengths), dtype=np.int64)
    for place in range(longest):
        following = (remainder * ROOT + characters[:, place]) % MODULUS
        remainder = np.where(place < lengths, following, remainder)
    remainder = remainder * ROOT % MODULUS
    return _texts(np.stack((_SYMBOLS[remainder >> 5], _SYMBOLS[remainder & 31]), axis=1))


def _characters(texts: pa.ChunkedArray, width: int) -> NDArray[np.uint8]:
    """One row of ``width`` bytes a text, zeros behind its end."""
    held = np.array(texts.to_pylist(), dtype=f"S{max(width, 1)}")
    return held.view(np.uint8).reshape(len(held), max(width, 1))


def _texts(symbols: NDArray[np.uint8]) -> pa.Array:
    rows = np.ascontiguousarray(symbols)
    return pa.array(rows.view(f"S{rows.shape[1]}").ravel().astype(str), pa.string())
