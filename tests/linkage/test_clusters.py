"""Clusters grow from the strongest link on, never across a contradiction, and know what holds them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leadline.stages.linkage.clusters import MOST_MEMBERS, Link, cluster_id, clusters_of


def never(_a: str, _b: str) -> bool:
    return False


def test_a_contradiction_cuts_the_weaker_link() -> None:
    (found,) = clusters_of([Link("a", "b", 9_000), Link("b", "c", 5_000)], lambda a, b: {a, b} == {"a", "c"})
    assert found.members == ("a", "b")


def test_a_chain_breaks_at_its_weakest_link() -> None:
    (found,) = clusters_of([Link("a", "b", 9_000), Link("b", "c", 5_000)], never)
    assert (found.weakest, found.breaks) == (Link("b", "c", 5_000), True)


def test_a_ring_breaks_at_no_single_link() -> None:
    (found,) = clusters_of([Link("a", "b", 9_000), Link("b", "c", 5_000), Link("a", "c", 7_000)], never)
    assert (found.weakest, found.breaks) == (Link("a", "c", 7_000), False)


def test_a_bridge_between_two_rings_is_named_even_where_a_ring_has_weaker_links() -> None:
    rings = [Link(*pair, 5_000) for pair in (("a", "b"), ("b", "c"), ("a", "c"), ("d", "e"), ("e", "f"), ("d", "f"))]
    (found,) = clusters_of([*rings, Link("c", "d", 8_000)], never)
    assert (found.weakest, found.breaks) == (Link("c", "d", 8_000), True)


def test_no_cluster_grows_beyond_the_cap() -> None:
    keys = [f"k{number:03d}" for number in range(3 * MOST_MEMBERS)]
    chain = [Link(a, b, 5_000 + number) for number, (a, b) in enumerate(pairwise(keys))]
    assert max(len(one.members) for one in clusters_of(chain, never)) == MOST_MEMBERS


def test_a_chain_of_equal_links_beyond_the_cap_joins_nobody() -> None:
    keys = [f"k{number:03d}" for number in range(MOST_MEMBERS + 1)]
    assert clusters_of([Link(a, b, 5_000) for a, b in pairwise(keys)], never) == []


def test_a_clusters_name_comes_from_its_kind_and_smallest_member_alone() -> None:
    assert cluster_id("same-person", ["b", "a"]) == cluster_id("same-person", ["a", "z"])
    assert cluster_id("same-person", ["a"]) != cluster_id("associated", ["a"])


def test_of_two_links_of_equal_strength_that_cannot_both_hold_neither_joins() -> None:
    assert clusters_of([Link("a", "b", 5_000), Link("b", "c", 5_000)], lambda a, b: {a, b} == {"a", "c"}) == []


KEYS = st.sampled_from("abcdefgh")
LINKS = st.lists(st.tuples(KEYS, KEYS, st.integers(1, 5)).filter(lambda one: one[0] < one[1]), max_size=14)


@given(links=LINKS, parted=st.sets(st.tuples(KEYS, KEYS)), turned=st.randoms())
def test_the_order_of_links_changes_nothing_and_no_conflict_is_inside(links, parted, turned) -> None:  # type: ignore[no-untyped-def]
    found = {(a, b): Link(a, b, bits) for a, b, bits in links}
    apart = {frozenset(pair) for pair in parted} - {frozenset(pair) for pair in found}

    def conflict(a: str, b: str) -> bool:
        return frozenset((a, b)) in apart

    first = clusters_of(found.values(), conflict)
    other = list(found.values())
    turned.shuffle(other)
    assert clusters_of(other, conflict) == first
    assert not [1 for one in first for a in one.members for b in one.members if a != b and conflict(a, b)]


@given(links=LINKS, parted=st.sets(st.tuples(KEYS, KEYS)), names=st.permutations("abcdefgh"))
def test_other_names_for_the_accounts_part_them_in_the_same_way(links, parted, names) -> None:  # type: ignore[no-untyped-def]
    new = dict(zip("abcdefgh", names, strict=True))
    found = {(a, b): Link(a, b, bits) for a, b, bits in links}
    apart = {frozenset(pair) for pair in parted} - {frozenset(pair) for pair in found}
    renamed = [Link(*sorted((new[one.a], new[one.b])), one.bits) for one in found.values()]
    apart_renamed = {frozenset(new[key] for key in pair) for pair in apart}
    first = clusters_of(found.values(), lambda a, b: frozenset((a, b)) in apart)
    second = clusters_of(renamed, lambda a, b: frozenset((a, b)) in apart_renamed)
    assert {frozenset(new[key] for key in one.members) for one in first} == {frozenset(one.members) for one in second}
