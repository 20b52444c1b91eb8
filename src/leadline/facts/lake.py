"""The lake of one run: write-once Parquet, checked on the way in, the same bytes for the same rows.

Layout: ``<table>.parquet`` for tables without an account, and for the others one file a bucket,
``<table>/bucket-<0…f>.parquet`` and ``bucket-none.parquet`` for rows that name no account, so that one
account can be taken out by rebuilding its bucket. Files are written by one thread from rows in a total
order, with fixed row groups, so no engine and no number of threads changes a byte.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leadline.errors import IntegrityBroken, LeadlineError
from leadline.facts.tables.base import Fact, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.engine import Engine

BUCKETS = 16
ROW_GROUP = 32 * 1024
"""Rows lie in the order of their keys, so one account's lie in one group or two, and no more is read for its page."""
_KEPT = 4
"""Whole tables that a process keeps open for look-ups by something else than their account."""


Stamp = tuple[int, int, int]
"""Tells a file from another one that took its place: number of the inode, time of the last change, size."""


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file; zeros where there is none. A file of the lake is never changed, but may be replaced."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size


class Lake:
    """Fact tables of one run, below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def paths(self, fact: type[Fact]) -> list[Path]:
        """The Parquet files of a table, in bucket order; empty where the run made none."""
        if fact.bucket is None:
            single = self.folder / f"{fact.table}.parquet"
            return [single] if single.exists() else []
        return sorted((self.folder / fact.table).glob("bucket-*.parquet"))

    def bucket_path(self, fact: type[Fact], account_key: str) -> Path:
        """The file in which the rows of one account lie."""
        return self.folder / fact.table / f"bucket-{bucket_name(account_key)}.parquet"

    def rows_of(self, fact: type[Fact], account_key: str) -> list[dict[str, Any]]:
        """The rows of one account, in key order; empty where the run made none.

        Read from the account's own bucket without an engine, whose start alone costs more than all of a page.
        """
        path = self.bucket_path(fact, account_key)
        if fact.bucket is None or not path.exists():
            return []
        with pq.ParquetFile(path) as file:
            groups = _groups_with(file.metadata, fact.bucket, account_key)
            if not groups:
                return []
            rows = file.read_row_groups(groups, columns=schema_of(fact).names, use_threads=False)
        return _plain(rows.filter(pc.equal(rows.column(fact.bucket), account_key)))

    def rows_where(self, fact: type[Fact], columns: tuple[str, ...], value: str | int) -> list[dict[str, Any]]:
        """The rows of a table that have ``value`` in one of the columns, by bucket and there in key order."""
        files = tuple((path, stamp_of(path)) for path in self.paths(fact))
        if not files:
            return []
        rows = _whole(files, tuple(schema_of(fact).names))
        found = [pc.equal(rows.column(column), value) for column in columns]
        return _plain(rows.filter(functools.reduce(pc.or_kleene, found)))

    def lend(self, engine: Engine, fact: type[Fact]) -> None:
        """Let rules read a table of this run under its own name."""
        engine.view(fact.table, self.paths(fact), schema=schema_of(fact))

    def has(self, fact: type[Fact]) -> bool:
        """Whether this table has been written whole."""
        return (self.folder / f"{fact.table}.done").exists()

    def write(self, engine: Engine, fact: type[Fact], source: str | None = None, *, order: tuple[str, ...] = ()) -> int:
        """Write a table from the engine's table ``source`` (default: the fact's own name). Returns its rows.

        Columns are taken by name and cast to the schema; a missing column, a null where none may be, or a
        repeated key is a fault of ours and stops the run (:class:`IntegrityBroken`). ``order`` names columns of the
        source that sort as the key does and faster (of tables without buckets); that they do is checked on the first
        column of the key.
        """
        relation = source or fact.table
        columns = ", ".join(f'"{name}"' for name in schema_of(fact).names)
        sorting = ", ".join(f'"{name}" nulls first' for name in order or fact.key)
        self.folder.mkdir(parents=True, exist_ok=True)
        if fact.bucket is None:
            batches = engine.stream(f"select {columns} from {relation} order by {sorting}")
            written = _write_file(self.folder / f"{fact.table}.parquet", fact, _checked(fact, batches))
        else:
            written = self._write_buckets(engine, fact, relation, columns, sorting)
        engine.note_written(fact.table, relation, tuple(schema_of(fact).names))
        (self.folder / f"{fact.table}.done").touch()
        return written

    def _write_buckets(self, engine: Engine, fact: type[Fact], relation: str, columns: str, order: str) -> int:
        folder = self.folder / fact.table
        folder.mkdir(exist_ok=True)
        bucket = f'coalesce(bucket_of("{fact.bucket}"), {BUCKETS})'
        batches = engine.stream(f"select {bucket} as bucket__, {columns} from {relation} order by bucket__, {order}")
        written = 0
        open_buckets = _by_bucket(batches)
        for number, rows in open_buckets:
            written += _write_file(folder / f"bucket-{_bucket_text(number)}.parquet", fact, _checked(fact, rows))
        return written


@functools.lru_cache(maxsize=_KEPT)
def _whole(files: tuple[tuple[Path, Stamp], ...], columns: tuple[str, ...]) -> pa.Table:
    """Read whole and remembered: a file of the lake never changes; one that an account was taken out of is another."""
    return pa.concat_tables([pq.ParquetFile(path).read(columns=list(columns)) for path, _ in files])


def _groups_with(metadata: pq.FileMetaData, column: str, value: str) -> list[int]:
    """Numbers of the row groups in which ``value`` may stand, by their least and greatest values."""
    (at,) = [number for number in range(metadata.num_columns) if metadata.schema.column(number).path == column]
    return [number for number in range(metadata.num_row_groups) if _may_hold(metadata.row_group(number), at, value)]


def _may_hold(group: pq.RowGroupMetaData, at: int, value: str) -> bool:
    known = group.column(at).statistics if group.num_rows else None
    if known is None:
        return bool(group.num_rows)
    return bool(not known.has_min_max or known.min <= value <= known.max)


def _plain(rows: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def bucket_name(account_key: str) -> str:
    """The bucket of an account: the first hexadecimal digit of the SHA-256 of its key."""
    return hashlib.sha256(account_key.encode()).hexdigest()[0]


def _bucket_text(number: int) -> str:
    return "none" if number == BUCKETS else f"{number:x}"


def _by_bucket(batches: pa.RecordBatchReader) -> Iterator[tuple[int, Iterator[pa.RecordBatch]]]:
    """Cut a stream that is ordered by `bucket__` into one stream a bucket."""
    pieces = _pieces(batches)
    current = next(pieces, None)
    while current is not None:
        number = current[0]

        def one(number: int = number) -> Iterator[pa.RecordBatch]:
            nonlocal current
            while current is not None and current[0] == number:
                yield current[1]
                current = next(pieces, None)

        yield number, one()


def _pieces(batches: pa.RecordBatchReader) -> Iterator[tuple[int, pa.RecordBatch]]:
    for batch in batches:
        numbers = batch.column(0)
        rows = batch.select(batch.schema.names[1:])
        for number in sorted(pc.unique(numbers).to_pylist()):
            yield number, rows.filter(pc.equal(numbers, number))


def _checked(fact: type[Fact], batches: pa.RecordBatchReader | Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    schema = schema_of(fact)
    last: tuple[object, ...] | None = None
    for batch in batches:
        try:
            rows = pa.Table.from_batches([batch]).cast(pa.schema([f.with_nullable(nullable=True) for f in schema]))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
            raise LeadlineError(f"table {fact.table}: rows do not fit the schema: {error}") from error
        for column in schema:
            if not column.nullable and rows.column(column.name).null_count:
                raise IntegrityBroken(f"table {fact.table}: column {column.name} has no value in some row.")
        if rows.num_rows:
            last = _check_order(fact, rows, last)
            yield rows.cast(schema)


def _check_order(fact: type[Fact], rows: pa.Table, last: tuple[object, ...] | None) -> tuple[object, ...]:
    """Keys must be unique: neighbours in key order differ. Returns the last key."""
    columns = [rows.column(name) for name in fact.key]
    if rows.num_rows > 1:
        same = None
        for column in columns:
            ahead, behind = column.slice(1), column.slice(0, rows.num_rows - 1)
            both_null = pc.and_(pc.is_null(ahead), pc.is_null(behind))
            equal = pc.or_(pc.fill_null(pc.equal(ahead, behind), fill_value=False), both_null)
            same = equal if same is None else pc.and_(same, equal)
        if pc.any(same).as_py():
            raise IntegrityBroken(f"table {fact.table}: two rows have the same {', '.join(fact.key)}.")
    first = tuple(column[0].as_py() for column in columns)
    if not _rises(columns[0], after=last[0] if last else None):
        raise IntegrityBroken(f"table {fact.table}: rows are not in the order of {fact.key[0]}.")
    if first == last:
        raise IntegrityBroken(f"table {fact.table}: two rows have the same {', '.join(fact.key)}.")
    return tuple(column[-1].as_py() for column in columns)


def _rises(column: pa.ChunkedArray, *, after: object) -> bool:
    """Whether the values of a column never fall, from ``after`` on; no value is below every other."""
    first = column[0].as_py()
    if after is not None and (first is None or first < after):
        return False
    return not pc.any(pc.less(column.slice(1), column.slice(0, len(column) - 1))).as_py()


def _write_file(path: Path, fact: type[Fact], tables: Iterator[pa.Table]) -> int:
    schema = schema_of(fact).with_metadata({"leadline.table": fact.table, "leadline.version": str(fact.version)})
    partial = path.with_suffix(".partial")
    waiting: list[pa.Table] = []
    held = written = 0
    with pq.ParquetWriter(partial, schema, compression="zstd", compression_level=1, write_statistics=True) as writer:
        for rows in tables:
            waiting.append(rows)
            held += rows.num_rows
            while held >= ROW_GROUP:
                together = pa.concat_tables(waiting)
                writer.write_table(together.slice(0, ROW_GROUP), row_group_size=ROW_GROUP)
                written += ROW_GROUP
                waiting, held = [together.slice(ROW_GROUP)], held - ROW_GROUP
        if held or not written:
            rest = pa.concat_tables(waiting) if waiting else schema.empty_table()
            writer.write_table(rest, row_group_size=ROW_GROUP)
            written += held
    partial.rename(path)
    return written
