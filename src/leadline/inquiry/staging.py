"""What each stage knows of one account: its clocks, who is named, answers and checks, what was met before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables import (
    AnswerRow,
    CheckRow,
    ClockRow,
    DeviceResultRow,
    EnforcementRow,
    Fact,
    MetBeforeRow,
    StageRow,
)
from leadline.inquiry.candidates import plain

if TYPE_CHECKING:
    from leadline.inquiry.runs import RunView

_LISTS: dict[str, type[Fact]] = {
    "stages": StageRow,
    "answers": AnswerRow,
    "returned_checks": CheckRow,
    "device_results": DeviceResultRow,
    "met_before": MetBeforeRow,
}
_SINGLE: dict[str, type[Fact]] = {"clock": ClockRow, "enforcement": EnforcementRow}


def staging_of(view: RunView, account: str) -> dict[str, Any]:
    """`stages`, `answers`, `returned_checks`, `device_results`, `met_before`, `clock` and `enforcement` of an account.

    Reads only the account's own bucket. A run that was made before there were stages has empty lists and None.
    """
    found = {name: _rows(view, fact, account) for name, fact in (_LISTS | _SINGLE).items()}
    return {name: found[name] for name in _LISTS} | {name: next(iter(found[name]), None) for name in _SINGLE}


def _rows(view: RunView, fact: type[Fact], account: str) -> list[dict[str, Any]]:
    rows = view.lake.rows_of(fact, account)
    return [{key: plain(value) for key, value in row.items() if key != "account_key"} for row in rows]
