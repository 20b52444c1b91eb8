"""Carries out the rules of earlier tips: reads the runs that are inputs of this one, writes what was met before."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.facts.lake import Lake
from leadline.facts.tables import AccessRow, AccountRecordRow, ActivityRow, InventoryRow
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.earlier import MetBeforeRow
from leadline.reading.identifiers import device, email_forms, telephone

if TYPE_CHECKING:
    from leadline.facts.earlier import EarlierRun
    from leadline.facts.engine import Value
    from leadline.facts.runs import Work

MOST_HOLDERS = 8
"""Accounts of one tip that may state one identifier; from the next one on it is nobody's own."""
AGREEING = pa.schema([("account_key", pa.string()), ("what", pa.string()), ("earlier_account", pa.string())])
_STATED = (ActivityRow, AccountRecordRow, InventoryRow)
_ALIKE = "select a.* from alike as a order by a.account_key, a.what, a.earlier_account"


def run(work: Work) -> None:
    """Read what this run and each earlier one have of accounts, records and objects; write `met_before`."""
    work.progress.begin("earlier tips", None)
    pieces = [_met(work, earlier) for earlier in work.earlier]
    schema = schema_of(MetBeforeRow)
    fitting = [piece.select(schema.names).cast(schema) for piece in pieces]
    work.engine.table("met_before", pa.concat_tables([schema.empty_table(), *fitting]))
    work.lake.write(work.engine, MetBeforeRow)
    work.progress.end()


def _met(work: Work, earlier: EarlierRun) -> pa.Table:
    _stated(work, work.lake, "now")
    _stated(work, Lake(earlier.folder), "before")
    _apply(work, "alike", {"most_holders": MOST_HOLDERS})
    work.engine.table("agreeing", agreeing(work.engine.arrow(_ALIKE).to_pylist()))
    _apply(work, "object_before")
    work.lake.lend(work.engine, AccessRow)
    _apply(
        work,
        "met_piece",
        {
            "tip": earlier.tip,
            "run": earlier.run,
            "reference": earlier.reference or earlier.tip,
            "same_provider": bool(earlier.provider) and earlier.provider == work.tip.provider,
        },
    )
    return work.engine.arrow("select m.* from met_piece as m")


def _stated(work: Work, lake: Lake, side: str) -> None:
    """The tables `stated`, `digest` and `active` of one side, named after it."""
    for fact in _STATED:
        lake.lend(work.engine, fact)
    _apply(work, "stated", name=f"stated_{side}")
    _apply(work, "digest", name=f"digest_{side}")
    work.engine.rule(f"active_{side}", "select a.account_key from activity as a", journal=False)


def _apply(work: Work, table: str, values: dict[str, Value] | None = None, *, name: str = "") -> None:
    sql = files("leadline.stages.earlier").joinpath(f"rules/{table}.sql").read_text("utf-8")
    work.engine.rule(name or table, sql, values, journal=False)


def agreeing(pairs: list[dict[str, str]]) -> pa.Table:
    """Of pairs with equal rough keys those whose identifiers agree in full, columns :data:`AGREEING`."""
    found = {(one["account_key"], one["what"], one["earlier_account"]) for one in pairs if _agree(one)}
    return pa.Table.from_pylist([dict(zip(AGREEING.names, row, strict=True)) for row in sorted(found)], AGREEING)


def _agree(pair: dict[str, str]) -> bool:
    here = _form(pair["what"], pair["stated"], pair["region"])
    return here is not None and here == _form(pair["what"], pair["stated_before"], pair["region_before"])


def _form(what: str, stated: str, region: str) -> str | None:
    match what:
        case "email":
            return email_forms(stated)["mailbox"]
        case "phone":
            return telephone(stated, region=region or None)
    return device(stated)
