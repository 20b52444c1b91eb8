"""The links of one account, each as a waterfall, the clusters that it is in, and what persons ruled on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables.linkage import ClusterRow, LinkRow, RulingHeardRow
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from leadline.inquiry.runs import RunView


def links_of(view: RunView, account: str) -> dict[str, list[dict[str, Any]]]:
    """`links`, `clusters` and `rulings` of an account; bits as numbers with three decimals.

    Each part of a link's `evidence` carries `sum`, the running total: its last is the link's `bits`.
    """
    pair = ("account_a", "account_b")
    links = view.lake.rows_where(LinkRow, pair, account)
    links.sort(key=lambda row: (row["account_a"], row["account_b"]))
    links.sort(key=lambda row: (row["kind"], row["bits"]), reverse=True)
    rulings = view.lake.rows_where(RulingHeardRow, pair, account)
    rulings.sort(key=lambda row: (row["account_a"], row["account_b"], row["ruled_at"], row["ruled_by"]))
    return {
        "links": [_link(row, account) for row in links],
        "clusters": [_cluster(view, row) for row in _clusters(view, account)],
        "rulings": [{**row, "ruled_at": iso_z(row["ruled_at"])} for row in rulings],
    }


def _clusters(view: RunView, account: str) -> list[dict[str, Any]]:
    """The rows of an account in the clusters, `same-person` first."""
    rows = sorted(view.lake.rows_of(ClusterRow, account), key=lambda row: str(row["cluster"]))
    return sorted(rows, key=lambda row: str(row["kind"]), reverse=True)


def _cluster(view: RunView, row: dict[str, Any]) -> dict[str, Any]:
    members = view.lake.rows_where(ClusterRow, ("cluster",), row["cluster"])
    shown = {name: row[name] for name in ("cluster", "kind", "members")}
    return {
        **shown, "weakest_link_bits": row["weakest_link_bits"] / 1000, "weakest_link": row["weakest_link"],
        "breaks": row["breaks"], "accounts": sorted(member["account_key"] for member in members),
    }  # fmt: skip


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
