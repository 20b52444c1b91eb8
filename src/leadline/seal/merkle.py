"""The Merkle tree of RFC 6962 and RFC 9162: roots, proofs, and their verifiers.

Hashes are 32 raw bytes. Trees are given as the sequence of their leaf hashes (:func:`leaf_hash`).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

Hash = bytes
"""32 raw bytes."""

EMPTY_ROOT: Hash = sha256(b"").digest()


def leaf_hash(data: bytes) -> Hash:
    """Hash of one leaf's data (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Hash of an inner node (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to append and to name the root.

    ``append`` costs O(log n) at worst and O(1) on average, ``root`` O(log n), the memory O(log n).
    """

    def __init__(self, leaves: Sequence[Hash] = ()) -> None:
        self.size = 0
        self._peaks: list[Hash] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: Hash) -> None:
        peak, full = leaf, self.size
        while full & 1:
            peak = node_hash(self._peaks.pop(), peak)
            full >>= 1
        self._peaks.append(peak)
        self.size += 1

    def copy(self) -> Frontier:
        twin = Frontier()
        twin.size, twin._peaks = self.size, [*self._peaks]
        return twin

    def root(self) -> Hash:
        if not self._peaks:
            return EMPTY_ROOT
        top = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            top = node_hash(peak, top)
        return top


def root(leaves: Sequence[Hash]) -> Hash:
    """The tree head over these leaf hashes; of none, the SHA-256 of no bytes."""
    return Frontier(leaves).root()


def inclusion_proof(leaves: Sequence[Hash], index: int) -> list[Hash]:
    """The audit path of leaf ``index`` in the tree over all ``leaves``, lowest sibling first."""
    if not 0 <= index < len(leaves):
        raise WrongUsage(f"There is no leaf {index}.", advice=f"The tree has {len(leaves)}.")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def consistency_proof(leaves: Sequence[Hash], first: int) -> list[Hash]:
    """Proof that the tree over the first ``first`` leaves is a prefix of the tree over all of them."""
    if not 0 < first <= len(leaves):
        raise WrongUsage(f"No tree of {first} leaves.", advice=f"Ask for a size from 1 to {len(leaves)}.")
    return _subproof(leaves, first, complete=True)


def verify_inclusion(leaf: Hash, index: int, *, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Whether ``proof`` shows ``leaf`` at ``index`` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, top = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            top = node_hash(step, top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = node_hash(top, step)
        place, last = place >> 1, last >> 1
    return last == 0 and top == root


def verify_consistency(first: int, second: int, *, proof: Sequence[Hash], roots: tuple[Hash, Hash]) -> bool:
    """Whether ``proof`` shows the tree of size ``first`` a prefix of that of size ``second``.

    ``roots`` are the two tree heads in that order (RFC 9162 section 2.1.4.2).
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and roots[0] == roots[1]
    path = [roots[0], *proof] if first & (first - 1) == 0 else list(proof)
    return bool(path) and _climb(path, first, second) == roots


def _climb(path: list[Hash], first: int, second: int) -> tuple[Hash, Hash] | None:
    """Both tree heads as the path gives them, or None where its length is wrong."""
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _subproof(leaves: Sequence[Hash], first: int, *, complete: bool) -> list[Hash]:
    if first == len(leaves):
        return [] if complete else [root(leaves)]
    split = _split(len(leaves))
    if first <= split:
        return [*_subproof(leaves[:split], first, complete=complete), root(leaves[split:])]
    return [*_subproof(leaves[split:], first - split, complete=False), root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
