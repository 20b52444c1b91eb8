"""AES-CMAC (NIST SP 800-38B, RFC 4493) of many messages of one length at once: one call of the library a block.

A set has tens of millions of digests, and a call each would take minutes. A test compares every length that is used
with the library's own CMAC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Octets = NDArray[np.uint8]

BLOCK = 16
_CARRY = 0x87
"""The constant of the field of 128 bits by which subkeys are doubled."""


def cmac_of_each(key: bytes, messages: Octets) -> Octets:
    """The CMAC under an AES key of each row of ``messages``, of shape (n, length); shape (n, 16)."""
    whole = max(1, -(-messages.shape[1] // BLOCK))
    blocks = np.zeros((len(messages), whole * BLOCK), np.uint8)
    blocks[:, : messages.shape[1]] = messages
    subkey = _doubled(_encrypted(key, np.zeros((1, BLOCK), np.uint8))[0])
    if messages.shape[1] != blocks.shape[1]:
        blocks[:, messages.shape[1]] = 0x80
        subkey = _doubled(subkey)
    blocks[:, -BLOCK:] ^= subkey
    state = np.zeros((len(messages), BLOCK), np.uint8)
    for at in range(0, whole * BLOCK, BLOCK):
        state = _encrypted(key, state ^ blocks[:, at : at + BLOCK])
    return state


def _encrypted(key: bytes, blocks: Octets) -> Octets:
    """Each block by itself, which is what CMAC is made of; never used to hide a text."""
    whole = Cipher(AES(key), ECB()).encryptor().update(blocks.tobytes())  # noqa: S305  see above
    return np.frombuffer(whole, np.uint8).reshape(-1, BLOCK)


def _doubled(block: Octets) -> Octets:
    value = int.from_bytes(block.tobytes(), "big")
    doubled = ((value << 1) & ((1 << 128) - 1)) ^ (_CARRY if value >> 127 else 0)
    return np.frombuffer(doubled.to_bytes(BLOCK, "big"), np.uint8)
