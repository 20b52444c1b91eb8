"""The accesses stage: every access log of the tip into accesses, rejects, addresses seen and sums."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from leadline.errors import IntegrityBroken
from leadline.facts.tables import AccessRow, AddressSeenRow, FileTallyRow, InventoryRow
from leadline.facts.tables.base import schema_of
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.layouts import FieldsLayout, PatternLayout
from leadline.reading.lines import CHUNK, LINES, REFUSED, Blocks, lines_of, readable, readable_rows
from leadline.reading.streams import open_stream
from leadline.stages.accesses.columnar import read_columns, reads_columns
from leadline.stages.accesses.judging import KEPT, Judge
from leadline.stages.accesses.objects import object_batches
from leadline.stages.accesses.pieces import Batch
from leadline.stages.accesses.tables import csv_batches, directive_batches
from leadline.stages.accesses.together import read_together
from leadline.stages.accesses.values import pattern_values, rule_text
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.runs import Work
    from leadline.reading.formats import LogFormat
    from leadline.seal.manifest import TipFile
    from leadline.stages.accesses.pieces import Values

T = TypeVar("T")

ALONE = 8 << 20
"""Bytes of logs for which a second engine would take longer to start than it saves."""
_LEFT_TOGETHER = 150_000
"""Lines without columns that are judged at a time."""

_SEEN = pa.schema(
    [pa.field("number", pa.int64()), *(field.with_nullable(nullable=True) for field in schema_of(AddressSeenRow))]
)


def run(work: Work, *, chunk: int = CHUNK, alone: int = ALONE) -> None:
    """Read every access log that is not read yet, then write the tables of all of them.

    ``chunk`` is how many bytes are read at a time; up to ``alone`` bytes one log is read after the other. No result
    depends on either.
    """
    files = work.tip.of_kind(FileKind.ACCESS_LOG)
    folder = work.scratch / "accesses"
    folder.mkdir(parents=True, exist_ok=True)
    _bring_inventory(work)
    work.progress.begin("reading access logs", sum(file.bytes for file in files))
    unread = [file for file in files if not (folder / str(file.no)).exists()]
    work.progress.advance(sum(file.bytes for file in files) - sum(file.bytes for file in unread))

    def read(mine: Work, file: TipFile) -> None:
        _read_file(mine, file, folder / str(file.no), several=len(files) > 1, chunk=chunk)

    readers = min(len(unread), work.settings.threads) if sum(file.bytes for file in unread) > alone else 1
    if readers > 1:
        read_together(work, unread, read, prepare=_bring_inventory, readers=readers)
    else:
        for file in unread:
            read(work, file)
    work.progress.end()
    _write_tables(work, [folder / str(file.no) for file in files])


def _bring_inventory(work: Work) -> None:
    """What the cache is made of, and the caches that the tip names."""
    work.lake.lend(work.engine, InventoryRow)
    work.engine.rule("listed_object", rule_text("listed_object"), journal=False)
    keys = pa.array(sorted(set(work.tip.cache_keys)), pa.string())
    work.engine.lend("cache_named", pa.table({"cache_key": keys}))


def _read_file(work: Work, file: TipFile, finished: Path, *, several: bool, chunk: int) -> None:
    partial = finished.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    form = LOG_FORMATS.get("jsonl" if file.format == "parquet" else file.format)
    judge = Judge(work, file, form, partial, several=several)
    with work.exhibits.open(file.sha256) as raw:
        stream = open_stream(raw, file.compression)
        passed = 0
        for batch in ahead(batches(form, file, Blocks(stream, chunk=chunk))):
            judge.judge(batch)
            place = min(raw.tell(), file.bytes)
            work.progress.advance(max(0, place - passed), rows=batch.rows + batch.refused.num_rows)
            passed = max(passed, place)
    judge.finish()
    work.progress.advance(max(0, file.bytes - passed))
    tally = judge.tally
    if tally.lines != tally.accesses + tally.rejects:
        raise IntegrityBroken(
            f"{tally.lines} lines were read and {tally.accesses} accesses and {tally.rejects} rejects came of them.",
            where=file.path,
            advice="This is a fault of Leadline: keep the workspace and report it.",
        )
    (partial / "tally.json").write_text(json.dumps(tally.row(file.no), default=datetime.isoformat))
    partial.rename(finished)


def batches(form: LogFormat, file: TipFile, blocks: Blocks) -> Iterator[Batch]:
    """The lines of a file as its format's layout has them."""
    layout = form.layout
    if isinstance(layout, PatternLayout):
        values = pattern_values(form, layout)
        if reads_columns(form):
            return _column_batches(blocks, values)
        return (Batch(cut.lines, cut.refused, values) for cut in map(readable, blocks))
    if isinstance(layout, FieldsLayout):
        read = csv_batches if layout.header == "csv" else directive_batches
        return read(form, file, blocks)
    return object_batches(form, file, blocks)


def _column_batches(blocks: Blocks, values: Values) -> Iterator[Batch]:
    """Lines that can be read as columns, block by block; the others are held until they are many."""
    held: list[pa.Table] = []
    for block in blocks:
        rows, refused = readable_rows(block)
        columns, left = read_columns(block, rows)
        yield Batch(LINES.empty_table(), refused, values, columns)
        held.append(lines_of(block, left))
        if sum(map(len, held)) > _LEFT_TOGETHER:
            yield Batch(pa.concat_tables(held), REFUSED.empty_table(), values)
            held.clear()
    if held:
        yield Batch(pa.concat_tables(held), REFUSED.empty_table(), values)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, the next one being made in another thread while one is used."""
    nothing = object()
    with ThreadPoolExecutor(max_workers=1) as worker:
        coming = worker.submit(next, items, nothing)
        while (item := coming.result()) is not nothing:
            coming = worker.submit(next, items, nothing)
            yield item  # type: ignore[misc]  # `nothing` is ruled out


def _write_tables(work: Work, folders: list[Path]) -> None:
    engine = work.engine
    engine.view("kept_part", _pieces(folders, "kept"), schema=KEPT)
    engine.view("seen_part", _pieces(folders, "seen"), schema=_SEEN)
    engine.rule("address_seen", rule_text("address_seen"), journal=False)
    work.lake.write(engine, AddressSeenRow, order=("part", "number", "beside", "period"))
    engine.drop("address_seen")
    engine.rule("twice", rule_text("twice"), journal=False)
    engine.define("access", rule_text("access"))
    work.lake.write(engine, AccessRow)
    engine.table("file_tally", _tallies(folders))
    work.lake.write(engine, FileTallyRow)


def _pieces(folders: list[Path], what: str) -> list[Path]:
    return [piece for folder in folders for piece in sorted(folder.glob(f"{what}-*.parquet"))]


def _tallies(folders: list[Path]) -> pa.Table:
    rows: list[dict[str, Any]] = [json.loads((folder / "tally.json").read_text()) for folder in folders]
    for row in rows:
        for name in ("first_access", "last_access"):
            row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return pa.Table.from_pylist(rows, schema=schema_of(FileTallyRow))
