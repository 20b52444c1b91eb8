"""Who may have created the cache and who made it grow, with what that rests on, or why nobody can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables import ClusterRow, OriginCandidateRow, OriginRow
from leadline.inquiry.candidates import plain

if TYPE_CHECKING:
    from leadline.inquiry.runs import RunView

ORIGIN_NOTE = (
    "`sure` grades the evidence that an account did it (firm, fair, weak); it is no probability, says nothing about"
    " who held the account, and decides nothing."
)
_CANDIDATES = """
select o.*, c.cluster
from origin_candidate as o
left join cluster as c on c.account_key = o.account_key and c.kind = 'same-person'
order by o.role, o.rank
"""


def origin_of(view: RunView) -> dict[str, Any]:
    """`origin` (its one row), `creators` and `growers` by rank, each with its `statements` and the `cluster` it is in.

    Where `origin.state` is `abstained`, `creators` is empty and `origin.grounds` says why.
    """
    with view.engine(OriginRow) as engine:
        (origin,) = engine.rows("select o.* from origin as o")
    with view.engine(OriginCandidateRow, ClusterRow) as engine:
        found = [plain(row) for row in engine.rows(_CANDIDATES)]
    return {
        "run": view.run,
        "tip": view.tip.tip,
        "note": ORIGIN_NOTE,
        "origin": plain(origin),
        "creators": [row for row in found if row["role"] == "creator"],
        "growers": [row for row in found if row["role"] == "grower"],
    }


def origin_roles(view: RunView, account: str) -> list[dict[str, Any]]:
    """The rows in which one account is a candidate for the origin; empty for nearly all accounts."""
    rows = view.lake.rows_of(OriginCandidateRow, account)
    joined = [row["cluster"] for row in view.lake.rows_of(ClusterRow, account) if row["kind"] == "same-person"]
    return [{**plain(row), "cluster": joined[0] if joined else None} for row in rows]
