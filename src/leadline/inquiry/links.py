"""The links of one account, each as a waterfall, the clusters that it is in, and what persons ruled on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables.linkage import ClusterRow, LinkRow, RulingHeardRow
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from leadline.inquiry.runs import RunView

_LINKS = """
select l.account_a, l.account_b, l.kind, l.bits, l.ruling, l.evidence
from link as l
where l.account_a = $account or l.account_b = $account
order by l.kind desc, l.bits desc, l.account_a, l.account_b
"""
_CLUSTERS = """
select c.cluster, c.kind, c.members, c.weakest_link_bits, c.weakest_link, c.breaks,
       list_sort(list(m.account_key)) as accounts
from cluster as c
inner join cluster as m on m.cluster = c.cluster
where c.account_key = $account
group by all
order by c.kind desc, c.cluster
"""
_RULINGS = """
select r.account_a, r.account_b, r.ruled_at, r.ruled_by, r.ruling, r.state, r.note, r.reason
from ruling_heard as r
where r.account_a = $account or r.account_b = $account
order by r.account_a, r.account_b, r.ruled_at, r.ruled_by
"""


def links_of(view: RunView, account: str) -> dict[str, list[dict[str, Any]]]:
    """`links`, `clusters` and `rulings` of an account; bits as numbers with three decimals.

    Each part of a link's `evidence` carries `sum`, the running total: its last is the link's `bits`.
    """
    with view.engine(LinkRow, ClusterRow, RulingHeardRow) as engine:
        asked = {"account": account}
        links: list[dict[str, Any]] = engine.rows(_LINKS, asked)
        clusters: list[dict[str, Any]] = engine.rows(_CLUSTERS, asked)
        rulings: list[dict[str, Any]] = engine.rows(_RULINGS, asked)
    return {
        "links": [_link(row, account) for row in links],
        "clusters": [{**row, "weakest_link_bits": row["weakest_link_bits"] / 1000} for row in clusters],
        "rulings": [{**row, "ruled_at": iso_z(row["ruled_at"])} for row in rulings],
    }


def _link(row: dict[str, Any], account: str) -> dict[str, Any]:
    total = 0
    steps = []
    for part in row["evidence"]:
        total += part["bits"]
        steps.append({**part, "bits": part["bits"] / 1000, "sum": total / 1000})
    other = row["account_b"] if row["account_a"] == account else row["account_a"]
    return {
        "account_key": other, "kind": row["kind"], "bits": row["bits"] / 1000, "ruling": row["ruling"],
        "evidence": steps,
    }  # fmt: skip
