"""Rulings on pairs of accounts: all of a tip with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import tip_of, workspace
from leadline.casefile.models import Member, Ruling
from leadline.casefile.policy import Verb, permit
from leadline.inquiry.rulings import NOT_RUN, list_rulings
from leadline.vocabulary.identifiers import parse_tip
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_SEALED = "not-sealed"
"""State of a ruling of the desk that is in no snapshot yet."""


@dataclass(frozen=True)
class Rulings:
    """All rulings of a tip, the newest first, and how many of the desk's wait to be sealed or to be heard by a run."""

    rows: Sequence[dict[str, Any]]
    not_sealed: int
    not_heard: int


def rulings_of(tip: str, *, actor: Member) -> Rulings:
    """Every ruling of a tip: `account_a, account_b, ruling, by, at, reason, state, note`; files' rulings as well."""
    permit(actor, Verb.CANDIDATE_READ)
    sealed = list_rulings(workspace(), parse_tip(tip_of(actor, tip).tip))
    known = {row["source"] for row in sealed}
    waiting = [
        {
            "account_a": row.account_a, "account_b": row.account_b, "ruling": row.ruling, "by": row.ruled_by.login,
            "at": iso_z(row.created_at), "reason": row.reason, "state": NOT_SEALED, "note": "",
        }
        for row in Ruling.scoped.visible_to(actor).filter(tip=tip).select_related("ruled_by")
        if f"casefile:{row.pk}" not in known
    ]  # fmt: skip
    rows = sorted([*waiting, *sealed], key=lambda row: row["at"], reverse=True)
    return Rulings(rows, len(waiting), sum(row["state"] == NOT_RUN for row in sealed))
