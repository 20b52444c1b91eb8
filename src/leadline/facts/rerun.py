"""Write ``rerun.sql``: the rules of a run as one script for the stock DuckDB shell.

A court's expert changes into the run's folder and runs ``duckdb < rerun.sql``: every rule is run again on the
tables that the run read, and the last table tells for each fact table how many rows differ from those in the
lake. Lines, inventories and account records are read by Leadline from the exhibits and are inputs here.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from leadline.facts.engine import PARAMETER, ParquetInput, RowsInput, RuleRun, Written, prelude
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadline.facts.engine import JournalEntry, Value

HEADER = """\
-- The rules of run {run}, to be run in this folder by the stock DuckDB shell (2.0): duckdb < rerun.sql
-- The last answer lists each fact table with the number of rows that differ from the lake: all must be 0.
-- File digests: see run.json.
set timezone = 'UTC';
create or replace table rerun_result (stage varchar, fact varchar, differing bigint);
"""
FOOTER = "select stage, fact, differing from rerun_result order by stage, fact;\n"


def script(run: str, stages: Sequence[str]) -> str:
    """The whole script from the scripts of the stages, in order."""
    return "\n".join((HEADER.format(run=run), prelude(), *stages, FOOTER))


def stage_script(stage: str, journal: Sequence[JournalEntry], *, facts: Path, final: Path) -> str:
    """One stage's part of the script.

    ``facts`` is the folder in which the run's tables lie now, ``final`` the one in which they will lie; paths
    are written relative to it. Rows that Python made are kept as Parquet in ``facts/inputs``.
    """
    parts = [f"\n-- stage {stage}", f"create schema if not exists {stage};", f"set search_path = '{stage},main';"]
    parts += [_statement(stage, entry, facts=facts, final=final) for entry in journal]
    return "\n".join(parts) + "\n"


def _statement(stage: str, entry: JournalEntry, *, facts: Path, final: Path) -> str:
    match entry:
        case ParquetInput(table, paths):
            return _reading(table, [_relative(path, facts=facts, final=final) for path in paths])
        case RowsInput(table, rows):
            kept = facts / "inputs" / f"{stage}-{table}.parquet"
            kept.parent.mkdir(exist_ok=True)
            pq.write_table(rows, kept, compression="zstd", compression_level=1)
            return _reading(table, [f"inputs/{kept.name}"])
        case RuleRun(table, sql, values):
            return f"create or replace table {table} as\n{_with_literals(sql, values).rstrip().rstrip(';')}\n;"
        case Written(fact, relation, columns):
            return _comparing(stage, fact, relation, columns, facts=facts)


def _reading(table: str, paths: Sequence[str]) -> str:
    listed = ", ".join(_literal(path) for path in paths)
    return f"create or replace table {table} as from read_parquet([{listed}], hive_partitioning = false);"


def _comparing(stage: str, fact: str, relation: str, columns: Sequence[str], *, facts: Path) -> str:
    listed = ", ".join(f'"{name}"' for name in columns)
    pattern = f"{fact}/bucket-*.parquet" if (facts / fact).is_dir() else f"{fact}.parquet"
    if not list(facts.glob(pattern)):
        return f"insert into main.rerun_result select '{stage}', '{fact}', count(*) from {relation};"
    lake = f"(select {listed} from read_parquet('{pattern}', hive_partitioning = false))"
    here = f"(select {listed} from {relation})"
    return (
        f"insert into main.rerun_result select '{stage}', '{fact}', "
        f"(select count(*) from ({here} except all {lake})) + (select count(*) from ({lake} except all {here}));"
    )


def _relative(path: Path, *, facts: Path, final: Path) -> str:
    if path.is_relative_to(facts):
        return str(path.relative_to(facts))
    return os.path.relpath(path, final)


def _with_literals(sql: str, values: Mapping[str, Value]) -> str:
    def put(found: re.Match[str]) -> str:
        return _literal(values[found[1]]) if found[1] else found[0]

    return PARAMETER.sub(put, sql)


def _literal(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
        case datetime():
            return f"timestamptz '{iso_z(value)}'"
        case date():
            return f"date '{value.isoformat()}'"
        case list():
            return "[" + ", ".join(_literal(item) for item in value) + "]"
    raise TypeError(f"no literal for {value!r}")
