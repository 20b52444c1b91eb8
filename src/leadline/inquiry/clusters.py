"""Accounts that belong together, one row an account, with what ties each to its cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables.linkage import ClusterRow
from leadline.inquiry.candidates import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.inquiry.runs import RunView

COLUMNS = (
    "cluster",
    "account_key",
    "kind",
    "weakest_link_bits",
    "evidence",
    "weakest_link",
    "breaks",
    "linked_to",
)
CLUSTER_NOTE = (
    "associated: one home, not one person; it merges nothing and moves no points. Bits weigh the evidence that two "
    "accounts belong together; they say nothing about what anybody did."
)
_SELECT = """
select c.cluster, c.account_key, c.kind, c.weakest_link_bits, c.evidence, c.weakest_link, c.breaks, c.linked_to
from cluster as c
order by c.kind desc, c.cluster, c.account_key
"""


def select_clusters(view: RunView) -> Iterator[dict[str, Any]]:
    """One row an account in a cluster of two or more, persons first, with the keys :data:`COLUMNS`.

    `weakest_link` names the two accounts of the link that holds the cluster together most weakly; `breaks` says
    whether the cluster falls apart without it. `linked_to` is the member to which `evidence` ties this account.
    """
    with view.engine(ClusterRow) as engine:
        yield from rows_of(engine.stream(_SELECT))


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """One row as plain JSON values: bits as numbers with three decimals."""
    evidence = [{**one, "bits": one["bits"] / 1000} for one in row["evidence"]]
    return {**row, "weakest_link_bits": row["weakest_link_bits"] / 1000, "evidence": evidence}


def as_text(row: dict[str, Any]) -> dict[str, str]:
    """One row as CSV text: evidence as `field:bits`, joined by `|`."""
    return {
        **{name: str(row[name]) for name in ("cluster", "account_key", "kind", "linked_to")},
        "weakest_link_bits": bits_text(row["weakest_link_bits"]),
        "evidence": "|".join(f"{one['field']}:{bits_text(one['bits'])}" for one in row["evidence"]),
        "weakest_link": "|".join(row["weakest_link"]),
        "breaks": "true" if row["breaks"] else "false",
    }


def bits_text(thousandths: int) -> str:
    """Thousandths of a bit with three decimals: -612 is `-0.612`."""
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"
