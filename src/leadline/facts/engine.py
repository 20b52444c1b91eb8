"""The one door to the SQL engine: DuckDB, offline, in UTC, with bounded memory.

Rules are `.sql` files: one SELECT each, values as `$name`. The engine makes one table of each and keeps a
journal of what it ran, from which `rerun.sql` is written. Nothing else in Leadline imports duckdb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Self

import duckdb

from leadline.errors import InputRefused, LeadlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from pathlib import Path
    from types import TracebackType

    import pyarrow as pa

    Value = str | int | bool | datetime | date | None | list[str]

_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z", re.ASCII)
_WORD = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
PARAMETER = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|\$([a-z_][a-z0-9_]*)", re.ASCII)
"""Comments, literals and quoted names are matched to be passed over; group 1 is a parameter."""


@dataclass(frozen=True)
class RuleRun:
    """One rule that was run: the table it made, its text and the values it was given."""

    table: str
    sql: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class ParquetInput:
    """A table that rules read from Parquet files."""

    table: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class RowsInput:
    """A table that rules read and that Python made."""

    table: str
    rows: pa.Table


@dataclass(frozen=True)
class Written:
    """A fact table that was written to the lake from a table of the engine."""

    fact: str
    relation: str
    columns: tuple[str, ...]


JournalEntry = RuleRun | ParquetInput | RowsInput | Written


def parameters_of(sql: str) -> tuple[str, ...]:
    """The `$names` that a statement asks for, outside comments and literals, in order of appearance."""
    return tuple(dict.fromkeys(m[1] for m in PARAMETER.finditer(sql) if m[1]))


def prelude() -> str:
    """The macros that every rule may use, as SQL text."""
    return files("leadline.facts").joinpath("prelude.sql").read_text(encoding="utf-8")


class Engine:
    """One DuckDB connection in memory; spills to ``spill``; loads no extension; time zone UTC.

    ``threads`` and ``memory_mb`` bound what it may use; neither changes any result.
    """

    def __init__(self, *, spill: Path, threads: int = 2, memory_mb: int = 2500) -> None:
        spill.mkdir(parents=True, exist_ok=True)
        self._spill, self._threads, self._memory_mb = spill, threads, memory_mb
        self._con = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": f"{memory_mb}MB",
                "temp_directory": str(spill),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "preserve_insertion_order": "true",
            },
        )
        self._con.execute("set timezone='UTC'")
        self._con.execute(prelude())
        self.journal: list[JournalEntry] = []
        """What was read, run and written, in order: `rerun.sql` is made of it."""
        self._parquet: dict[str, tuple[Path, ...]] = {}
        self._brought: set[str] = set()
        self._lent: set[str] = set()
        self._made: dict[str, str] = {}
        """What there is in the engine: name → table or view."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._con.close()

    def part(self, place: int, of: int) -> Engine:
        """The engine number ``place`` of ``of`` more that share the memory of this one; there is no table in it yet."""
        return Engine(
            spill=self._spill / f"part-{place}", threads=self._threads, memory_mb=max(1, self._memory_mb // of)
        )

    def interrupt(self) -> None:
        """Stop the running statement, from another thread or a signal handler."""
        self._con.interrupt()

    # --- data in -------------------------------------------------------------------------------------

    def table(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Make (or replace) a table of Arrow data."""
        self.drop(name)
        self._con.register("arriving", data)
        self._con.execute(f"create or replace table {_checked(name)} as select * from arriving")
        self._made[name] = "table"
        self._con.unregister("arriving")
        self._brought.add(name)
        self._parquet.pop(name, None)

    def lend(self, name: str, data: pa.Table) -> None:
        """Let rules read Arrow data in place under this name, until it is lent again or dropped."""
        self.drop(name)
        self._con.register(name, data)
        self._lent.add(name)
        self._brought.add(name)
        self._parquet.pop(name, None)

    def view(self, name: str, paths: Iterable[Path], *, schema: pa.Schema) -> None:
        """Let rules read Parquet files as one table; no file gives an empty table of the schema."""
        found = tuple(paths)
        listed = [str(path) for path in found]
        self.drop(name)
        if not listed:
            self.table(name, schema.empty_table())
            return
        self._parquet[name] = found
        self._brought.discard(name)
        # A path cannot be a parameter of a view; the quoted list holds paths made by Leadline alone.
        quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in listed)
        columns = ", ".join(f'"{field_name}"' for field_name in schema.names)
        self._con.execute(
            f"create view {name} as select {columns} from read_parquet([{quoted}], hive_partitioning=false)"
        )
        self._made[name] = "view"

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of this name."""
        if name in self._lent:
            self._con.unregister(name)
            self._lent.discard(name)
        if kind := self._made.pop(_checked(name), ""):
            self._con.execute(f"drop {kind} {name}")

    # --- rules ---------------------------------------------------------------------------------------

    def rule(self, name: str, sql: str, values: Mapping[str, Value] | None = None, *, journal: bool = True) -> int:
        """Run a rule: make (or replace) the table ``name`` from one SELECT. Returns its rows.

        Only the values that the rule names are passed. ``journal=False`` for rules that run once a chunk
        of lines; those are re-run from the exhibits, not from the lake.
        """
        given = self._given(sql, values)
        if journal:
            self._note_inputs(sql)
            self.journal.append(RuleRun(name, sql, given))
        self._execute(f"create or replace table arriving_rule as {sql}", given)
        self.drop(name)
        self._con.execute(f"alter table arriving_rule rename to {_checked(name)}")
        self._made[name] = "table"
        self._brought.discard(name)
        self._parquet.pop(name, None)
        return self.count(name)

    def define(self, name: str, sql: str) -> None:
        """Give a rule without values a name, under which it is run each time that it is read; not in the journal."""
        self.drop(name)
        self._execute(f"create view {_checked(name)} as {sql}", {})
        self._made[name] = "view"

    def note_written(self, fact: str, relation: str, columns: tuple[str, ...]) -> None:
        """Remember that the lake took a fact table from ``relation``."""
        self.journal.append(Written(fact, relation, columns))

    def append(self, name: str, sql: str, values: Mapping[str, Value] | None = None) -> None:
        """Add the rows of one SELECT to a table by column name, making the table at first."""
        given = self._given(sql, values)
        if name in self._made:
            self._execute(f"insert into {_checked(name)} by name {sql}", given)
        else:
            self._execute(f"create table {_checked(name)} as {sql}", given)
            self._made[name] = "table"

    # --- data out ------------------------------------------------------------------------------------

    def arrow(self, sql: str, values: Mapping[str, Value] | None = None) -> pa.Table:
        """The rows of one SELECT as an Arrow table."""
        return self.stream(sql, values).read_all()

    def stream(
        self, sql: str, values: Mapping[str, Value] | None = None, *, rows: int = 100_000
    ) -> pa.RecordBatchReader:
        """The rows of one SELECT as a stream of record batches of about ``rows`` rows."""
        given = self._given(sql, values)
        try:
            return self._con.sql(sql, params=given or None).to_arrow_reader(rows)
        except duckdb.Error as error:
            raise LeadlineError(f"the engine refused a rule: {error}\n{sql}") from error

    def rows(self, sql: str, values: Mapping[str, Value] | None = None) -> list[dict[str, object]]:
        """The rows of one SELECT as dictionaries; for small answers."""
        found: list[dict[str, object]] = self.arrow(sql, values).to_pylist()
        return found

    def count(self, name: str) -> int:
        """How many rows a table has."""
        counted: int = self._con.execute(f"select count(*) from {_checked(name)}").fetchall()[0][0]
        return counted

    def save(self, sql: str, path: Path, values: Mapping[str, Value] | None = None) -> None:
        """Write the rows of one SELECT as Parquet for this run's own use (not into the lake)."""
        target = str(path).replace("'", "''")
        self._execute(
            f"copy ({sql}) to '{target}' (format parquet, compression zstd, compression_level 1)",
            self._given(sql, values),
        )

    def check_pattern(self, pattern: str, *, where: str) -> None:
        """Refuse a regular expression that RE2 cannot compile; :class:`InputRefused` says why."""
        try:
            self._con.execute("select regexp_matches('', $pattern)", {"pattern": pattern}).fetchall()
        except duckdb.Error as error:
            raise InputRefused(
                f"the pattern {pattern!r} is no RE2 pattern: {error}", where=where, advice="Mend the pattern."
            ) from error

    def _note_inputs(self, sql: str) -> None:
        """Journal what a rule reads and no rule made, once for each time that it was brought."""
        words = set(_WORD.findall(sql))
        for name in sorted(words & self._parquet.keys()):
            self.journal.append(ParquetInput(name, self._parquet.pop(name)))
        for name in sorted(words & self._brought):
            self.journal.append(RowsInput(name, self.arrow(f"select * from {name}")))
            self._brought.discard(name)

    # --- inner ---------------------------------------------------------------------------------------

    @staticmethod
    def _given(sql: str, values: Mapping[str, Value] | None) -> dict[str, Value]:
        held = values or {}
        wanted = parameters_of(sql)
        missing = [name for name in wanted if name not in held]
        if missing:
            raise LeadlineError(f"a rule asks for ${missing[0]} and was not given it.")
        return {name: held[name] for name in wanted}

    def _execute(self, sql: str, values: Mapping[str, Value]) -> duckdb.DuckDBPyConnection:
        try:
            return self._con.execute(sql, dict(values) or None)
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except duckdb.Error as error:
            raise LeadlineError(f"the engine refused a rule: {error}\n{sql}") from error


def _checked(name: str) -> str:
    if not _NAME.match(name):
        raise LeadlineError(f"{name!r} cannot be the name of a table.")
    return name
