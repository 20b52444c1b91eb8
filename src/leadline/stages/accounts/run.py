"""Carries out the two halves of the accounts room: the provider's records, and what each account did."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.facts.tables import AccessRow, AccountRecordRow, ActivityRow, ObjectRow, PresenceRow
from leadline.stages.accounts.records import PIECE, AccountFile
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from leadline.facts.runs import Work

_STATED = PIECE.insert(0, pa.field("ordinal", pa.int64()))


def run_records(work: Work) -> None:
    """Read the provider's account files; write `account_record` and what of them was refused.

    A record with a date that cannot be read is kept without that date, for it may hold the provider's own flag;
    its line is noted among the rejects as `bad-time` or `ambiguous-time`.
    """
    work.engine.table("stated", _STATED.empty_table())
    read = 0
    for file in work.tip.of_kind(FileKind.ACCOUNTS):
        one = AccountFile(work, file)
        work.progress.begin(f"accounts of {file.path}", None)
        for piece in one.pieces():
            work.engine.lend("piece", _numbered(piece, after=read))
            work.engine.append("stated", "select p.* from piece as p")
            read += piece.num_rows
        work.refuse(f"accounts-{file.no}", one.rejects())
        work.progress.end()
    # Not in the journal: its input is the exhibit, from which it is made again, not a table of the lake.
    _apply(work, "account_record", journal=False)
    work.lake.write(work.engine, AccountRecordRow)


def _numbered(piece: pa.Table, *, after: int) -> pa.Table:
    """The piece with the place of each record among all records of the tip, in the order of files and lines."""
    return piece.add_column(0, "ordinal", pa.array(range(after, after + piece.num_rows), pa.int64()))


def run_activity(work: Work) -> None:
    """Read `access`, `presence` and `object`; write `activity`, one row an account with a relevant access."""
    for fact in (AccessRow, PresenceRow, ObjectRow):
        work.lake.lend(work.engine, fact)
    work.progress.begin("what each account did", None)
    _apply(work, "visit")
    _apply(work, "activity")
    work.lake.write(work.engine, ActivityRow)
    work.progress.end()


def _apply(work: Work, table: str, *, journal: bool = True) -> None:
    sql = files("leadline.stages.accounts").joinpath(f"rules/{table}.sql").read_text("utf-8")
    work.engine.rule(table, sql, journal=journal)
