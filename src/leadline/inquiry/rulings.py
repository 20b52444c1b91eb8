"""Persons' rulings on pairs of accounts, with what the last complete run made of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.errors import WrongUsage
from leadline.facts.tables.linkage import RulingHeardRow
from leadline.inquiry.runs import open_run
from leadline.reference.rulings import current_rulings
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.vocabulary.identifiers import TipId

COLUMNS = ("account_a", "account_b", "ruling", "by", "at", "reason", "source", "state", "note")
NOT_RUN = "not-run"
"""State of a ruling that no complete run of this tip has heard yet."""


def list_rulings(workspace: Path, tip: TipId) -> list[dict[str, Any]]:
    """Every ruling of a tip by pair and instant, with the keys :data:`COLUMNS`.

    ``state`` is that of the last complete run (`facts.tables.linkage.RulingHeardRow`), or :data:`NOT_RUN`.
    """
    heard = _heard(workspace, tip)
    listed = []
    for one in current_rulings(workspace, tip).rulings:
        state, note = heard.get((one.account_a, one.account_b, iso_z(one.at), one.by), (NOT_RUN, ""))
        row = (one.account_a, one.account_b, one.ruling, one.by, iso_z(one.at), one.reason, one.source, state, note)
        listed.append(dict(zip(COLUMNS, row, strict=True)))
    return listed


def _heard(workspace: Path, tip: TipId) -> dict[tuple[str, str, str, str], tuple[str, str]]:
    try:
        view = open_run(workspace)
    except WrongUsage:
        return {}
    if view.tip.tip != tip:
        return {}
    with view.engine(RulingHeardRow) as engine:
        rows: list[dict[str, Any]] = engine.rows("select r.* from ruling_heard as r")
    return {
        (row["account_a"], row["account_b"], iso_z(row["ruled_at"]), row["ruled_by"]): (row["state"], row["note"])
        for row in rows
    }
