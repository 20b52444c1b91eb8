"""Joins links to clusters: strongest first, no merge against a contradiction, and which link holds each together.

The names of accounts decide nothing: links of equal strength are judged together, and where joining all of them would
bring a conflicting pair into one cluster, none of them joins, because nobody can say which of them is wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import combinations, groupby, product
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.stages.linkage.rulings import groups
from leadline.stages.linkage.weights import SAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOST_MEMBERS = 20
"""Accounts in one cluster; evidence merges none beyond it, for no person is known by so many. A ruling may."""
MEMBERSHIP = pa.schema(
    [
        ("cluster", pa.string()),
        ("account_key", pa.string()),
        ("kind", pa.string()),
        ("members", pa.int64()),
        ("weakest_link_bits", pa.int64()),
        ("weakest_link", pa.list_(pa.string())),
        ("breaks", pa.bool_()),
        ("linked_to", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Link:
    """Two accounts, the smaller key first, and thousandths of a bit."""

    a: str
    b: str
    bits: int
    ruled: bool = False
    """A person ruled that the two are one."""

    def strength(self) -> tuple[bool, int]:
        """What a person ruled first, then the strongest."""
        return (not self.ruled, -self.bits)

    def order(self) -> tuple[bool, int, str, str]:
        """By strength; ties by key, so that the order is total."""
        return (*self.strength(), self.a, self.b)


@dataclass(frozen=True)
class Cluster:
    """Accounts that belong together, and the links among them, strongest first."""

    members: tuple[str, ...]
    links: tuple[Link, ...]
    weakest: Link
    breaks: bool


Groups = dict[str, list[str]]


def clusters_of(links: Iterable[Link], conflict: Callable[[str, str], bool]) -> list[Cluster]:
    """The clusters of these links, by smallest member; two parts with a conflicting pair are never merged."""
    ordered = sorted(links, key=Link.order)
    group: Groups = {key: [key] for link in ordered for key in (link.a, link.b)}
    spanning: set[Link] = set()
    for _, equal in groupby(ordered, key=Link.strength):
        for together in _components(group, [link for link in equal if _may_join(group, link, conflict)]):
            if not _conflicting(group, together, conflict):
                spanning.update(_join(group, together))
    inside: dict[int, list[Link]] = {}
    for link in ordered:
        if group[link.a] is group[link.b]:
            inside.setdefault(id(group[link.a]), []).append(link)
    large = {id(members): members for members in group.values() if len(members) > 1}
    found = [_cluster(sorted(members), inside[number], spanning) for number, members in large.items()]
    return sorted(found, key=lambda cluster: cluster.members)


def _may_join(group: Groups, link: Link, conflict: Callable[[str, str], bool]) -> bool:
    """Whether this link alone may join its two parts; the evidence on its own pair was weighed before."""
    left, right = group[link.a], group[link.b]
    if left is right or (len(left) + len(right) > MOST_MEMBERS and not link.ruled):
        return False
    return not any(conflict(*pair) for pair in product(left, right) if set(pair) != {link.a, link.b})


def _components(group: Groups, links: list[Link]) -> list[list[Link]]:
    """The links in the parts that they would join."""
    parts = groups((id(group[link.a]), id(group[link.b])) for link in links)
    found: dict[int, list[Link]] = {}
    for link in links:
        found.setdefault(parts[id(group[link.a])], []).append(link)
    return list(found.values())


def _conflicting(group: Groups, links: list[Link], conflict: Callable[[str, str], bool]) -> bool:
    """Whether these links together would join a conflicting pair, or more accounts than one cluster may have."""
    parts = {id(part): part for link in links for part in (group[link.a], group[link.b])}
    if len(parts) == 2:
        return False
    if sum(map(len, parts.values())) > MOST_MEMBERS and not links[0].ruled:
        return True
    weighed = {frozenset((link.a, link.b)) for link in links}
    return any(
        conflict(*pair)
        for one, other in combinations(parts.values(), 2)
        for pair in product(one, other)
        if frozenset(pair) not in weighed
    )


def _join(group: Groups, links: list[Link]) -> Iterator[Link]:
    """Join the parts of these links; gives the links that hold them."""
    for link in links:
        left, right = group[link.a], group[link.b]
        if left is not right:
            left += right
            group.update(dict.fromkeys(right, left))
            yield link


def _cluster(members: list[str], links: list[Link], spanning: set[Link]) -> Cluster:
    """The weakest link whose loss would break the cluster; where there is none, the weakest that holds it."""
    holding = [link for link in reversed(links) if link in spanning]
    breaking = next((link for link in holding if not _connected(members, links, without=link)), None)
    return Cluster(tuple(members), tuple(links), breaking or holding[0], breaks=breaking is not None)


def _connected(members: Sequence[str], links: Sequence[Link], *, without: Link) -> bool:
    near: dict[str, list[str]] = {key: [] for key in members}
    for link in links:
        if link is not without:
            near[link.a].append(link.b)
            near[link.b].append(link.a)
    reached, waiting = {members[0]}, [members[0]]
    while waiting:
        new = [key for key in near[waiting.pop()] if key not in reached]
        reached.update(new)
        waiting += new
    return len(reached) == len(members)


def cluster_id(kind: str, members: Sequence[str]) -> str:
    """A letter for the kind and twelve hexadecimal digits of the SHA-256 of kind and smallest account key."""
    digest = hashlib.sha256(f"{kind}\n{min(members)}".encode()).hexdigest()
    return f"{'p' if kind == SAME else 'h'}{digest[:12]}"


def membership(kind: str, clusters: Iterable[Cluster]) -> pa.Table:
    """One row an account in a cluster, columns of :data:`MEMBERSHIP`."""
    rows = [row for cluster in clusters for row in _rows(kind, cluster)]
    return pa.Table.from_pylist(rows, schema=MEMBERSHIP)


def _rows(kind: str, cluster: Cluster) -> list[dict[str, object]]:
    strongest: dict[str, str] = {}
    for link in cluster.links:
        strongest.setdefault(link.a, link.b)
        strongest.setdefault(link.b, link.a)
    shared = {
        "cluster": cluster_id(kind, cluster.members),
        "kind": kind,
        "members": len(cluster.members),
        "weakest_link_bits": cluster.weakest.bits,
        "weakest_link": [cluster.weakest.a, cluster.weakest.b],
        "breaks": cluster.breaks,
    }
    return [{**shared, "account_key": key, "linked_to": strongest[key]} for key in cluster.members]
