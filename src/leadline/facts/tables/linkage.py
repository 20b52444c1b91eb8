"""Facts of the linkage stage: which accounts seem to be one person's or one home's, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadline.facts.tables.base import Fact


@dataclass(frozen=True)
class Evidence:
    """What one field adds to a link, in thousandths of a bit (negative: against it), and a sentence that says so."""

    field: str
    bits: int
    sentence: str


class LinkRow(Fact):
    """Two accounts that seem to belong together. Grain: (account_a, account_b), account_a the smaller key.

    The row lies in the bucket of `account_a`; who takes out `account_b` must rebuild that bucket as well.
    """

    table = "link"
    key = ("account_a", "account_b")
    bucket = "account_a"

    account_a: str
    account_b: str
    kind: str
    """`same-person`, or `associated` (one home, not one person): that merges nothing and moves no points."""
    bits: int
    """Thousandths of a bit for this kind, the start included: 1000 more doubles the odds. The sum of `evidence`."""
    evidence: list[Evidence]
    """The start first, then field by field: the waterfall."""
    ruling: str
    """What persons ruled on the pair: same, not, unsure; contested where they disagree; empty where nobody did."""


class RulingHeardRow(Fact):
    """One ruling that the run heard, and what became of it. Grain: (account_a, account_b, ruled_at, ruled_by).

    The row lies in the bucket of `account_a`, as a link does.
    """

    table = "ruling_heard"
    key = ("account_a", "account_b", "ruled_at", "ruled_by")
    bucket = "account_a"

    account_a: str
    account_b: str
    ruled_at: datetime
    ruled_by: str
    """One of the agency's own staff, as the ruling names them."""
    ruling: str
    """same, not, unsure."""
    state: str
    """holds; superseded (the same person ruled otherwise later); contested (rulings contradict one another, and the
    pair is not one person until persons agree); not-here (an account of the pair has no relevant access)."""
    note: str
    """Why, as a sentence; empty where the ruling holds."""
    reason: str
    """What the person who ruled gave as a reason; empty where they gave none."""


class ClusterRow(Fact):
    """One account in a cluster of two or more. Grain: (cluster, account_key).

    An account may be in one `same-person` and in one `associated` cluster.
    """

    table = "cluster"
    key = ("cluster", "account_key")
    bucket = "account_key"

    cluster: str
    """From the kind and the smallest account key alone, so that it stays while those stay."""
    account_key: str
    kind: str
    members: int
    weakest_link_bits: int
    """Thousandths of a bit of the weakest link that holds the cluster together."""
    weakest_link: list[str]
    """The two accounts of that link."""
    breaks: bool
    """Whether the cluster falls apart if that single link is wrong; else other links hold it together."""
    linked_to: str
    """The member to which this account has its strongest link."""
    evidence: list[Evidence]
    """The waterfall of that strongest link."""


LINKAGE: tuple[type[Fact], ...] = (LinkRow, RulingHeardRow, ClusterRow)
"""The tables of this stage, in the order in which they are written."""
