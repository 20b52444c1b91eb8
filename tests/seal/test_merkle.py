"""The tree against the published vectors of Certificate Transparency and against its definition."""

from __future__ import annotations

import pytest

from leadline.errors import WrongUsage
from leadline.seal.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# Source: the eight reference leaves of google/certificate-transparency, merkle_tree_test, with their roots
# and proofs.
_LEAVES = [
    leaf_hash(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
_CONSISTENCY = {
    (1, 8): _INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
_SIZES = range(1, 131)


def _many(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def _by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word and slowly."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_by_definition(leaves[:split]), _by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_the_published_ones(size):
    assert root(_LEAVES[:size]).hex() == _ROOTS[size]


@pytest.mark.parametrize(("index", "size"), _INCLUSION)
def test_the_inclusion_proofs_are_the_published_ones(index, size):
    assert [step.hex() for step in inclusion_proof(_LEAVES[:size], index)] == _INCLUSION[index, size]


@pytest.mark.parametrize(("first", "second"), _CONSISTENCY)
def test_the_consistency_proofs_are_the_published_ones(first, second):
    assert [step.hex() for step in consistency_proof(_LEAVES[:second], first)] == _CONSISTENCY[first, second]


def test_the_frontier_gives_the_root_of_the_definition_at_every_size():
    leaves = _many(130)
    tree = Frontier()
    for size in _SIZES:
        tree.append(leaves[size - 1])
        assert tree.size == size
        assert tree.root() == _by_definition(leaves[:size])


def test_a_copy_of_a_frontier_grows_on_its_own():
    tree = Frontier(_many(5))
    twin = tree.copy()
    twin.append(leaf_hash(b"more"))
    assert tree.root() == root(_many(5))
    assert twin.root() == root([*_many(5), leaf_hash(b"more")])


def test_every_leaf_of_every_tree_is_proved_included_and_nowhere_else():
    leaves = _many(130)
    for size in _SIZES:
        top = root(leaves[:size])
        for index in range(size):
            proof = inclusion_proof(leaves[:size], index)
            assert verify_inclusion(leaves[index], index, size=size, proof=proof, root=top)
            assert not verify_inclusion(leaf_hash(b"other"), index, size=size, proof=proof, root=top)
            assert not verify_inclusion(leaves[index], index + 1, size=size, proof=proof, root=top)
            assert not verify_inclusion(leaves[index], index, size=size, proof=[*proof, top], root=top)
            assert not proof or not verify_inclusion(leaves[index], index, size=size, proof=proof[:-1], root=top)


def test_every_tree_is_proved_a_prefix_of_every_larger_one_and_of_no_other():
    leaves = _many(70)
    roots = [root(leaves[:size]) for size in range(71)]
    for second in range(1, 71):
        for first in range(1, second + 1):
            proof = consistency_proof(leaves[:second], first)
            both = (roots[first], roots[second])
            assert verify_consistency(first, second, proof=proof, roots=both)
            assert not verify_consistency(first, second, proof=[*proof, roots[1]], roots=both)
            assert not verify_consistency(first, second, proof=proof, roots=(roots[first - 1], roots[second]))
            assert not verify_consistency(first, second, proof=proof, roots=(roots[first], roots[second - 1]))
            assert not proof or not verify_consistency(first, second, proof=proof[:-1], roots=both)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index):
    with pytest.raises(WrongUsage):
        inclusion_proof(_many(3), index)


@pytest.mark.parametrize("first", [0, 4])
def test_a_tree_that_never_was_has_no_proof(first):
    with pytest.raises(WrongUsage):
        consistency_proof(_many(3), first)


def test_a_proof_of_the_wrong_length_is_refused_whatever_root_it_leads_to():
    first, second, third = _many(3)
    pair = node_hash(first, second)
    assert not verify_inclusion(first, 0, size=4, proof=[second], root=pair)
    assert not verify_inclusion(first, 0, size=2, proof=[second, third], root=node_hash(pair, third))
    assert not verify_inclusion(first, 0, size=2, proof=[second, third], root=node_hash(third, pair))
    assert not verify_consistency(2, 4, proof=[], roots=(pair, pair))
    proof = [*consistency_proof(_many(4), 3), first]
    roots = (node_hash(first, root(_many(3))), node_hash(first, root(_many(4))))
    assert not verify_consistency(3, 4, proof=proof, roots=roots)


def test_a_proof_about_nothing_is_refused():
    assert not verify_inclusion(b"", 0, size=0, proof=[], root=EMPTY_ROOT)
    assert not verify_consistency(0, 3, proof=[], roots=(EMPTY_ROOT, root(_many(3))))
    assert not verify_consistency(3, 2, proof=[], roots=(root(_many(3)), root(_many(2))))
    assert not verify_consistency(3, 4, proof=[], roots=(root(_many(3)), root(_many(4))))
