"""The stage `inventory`: what the provider's inventories list, one row a readable record."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.facts.tables import InventoryRow, RejectRow
from leadline.facts.tables.base import schema_of
from leadline.reading.broken import BROKEN
from leadline.reading.forms import records_in
from leadline.reading.records import Refusal
from leadline.reading.streams import open_stream
from leadline.stages.intake.columns import COLUMNS
from leadline.stages.intake.inventory import inventory_values
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.scales import FileKind, RejectReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from leadline.facts.runs import Work
    from leadline.reading.records import Record
    from leadline.seal.manifest import TipFile

_BATCH = 50_000
_COLUMNS = schema_of(InventoryRow).names
_KEY = [_COLUMNS.index(name) for name in InventoryRow.key]
_REJECTS = schema_of(RejectRow).names
_REASON = _REJECTS.index("reason")


def run(work: Work) -> None:
    """Write `InventoryRow` of all inventories of the tip; records that cannot be read become rejects."""
    pieces = [piece for file in work.tip.of_kind(FileKind.INVENTORY) for piece in _read(work, file)]
    rows = pa.concat_tables([schema_of(InventoryRow).empty_table(), *pieces])
    work.engine.table(InventoryRow.table, rows)
    work.lake.write(work.engine, InventoryRow)


def _read(work: Work, file: TipFile) -> Iterator[pa.Table]:
    rows: list[tuple[Any, ...]] = []
    rejects: list[tuple[Any, ...]] = []
    names = _names(file)
    work.progress.begin(f"reading {file.path}", None)
    for answer in _answers(work, file, names):
        (rejects if len(answer) == len(_REJECTS) else rows).append(answer)
        if len(rows) == _BATCH:
            yield _table(rows, InventoryRow)
            work.progress.advance(0, rows=len(rows))
            rows = []
    yield _table(rows, InventoryRow)
    work.refuse(f"inventory-{file.no}", _table(rejects, RejectRow))
    work.progress.end()


def _answers(work: Work, file: TipFile, names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Rows and rejects; what an entry of a document says alike of several of its files stands once."""
    for _, together in groupby(_records(work, file), key=attrgetter("line")):
        seen: set[tuple[Any, ...]] = set()
        for found in together:
            answer = _refused(file, found) if isinstance(found, Refusal) else _row(file, names, found)
            same = (answer[_REASON],) if len(answer) == len(_REJECTS) else tuple(answer[place] for place in _KEY)
            if same not in seen:
                seen.add(same)
                yield answer


def _records(work: Work, file: TipFile) -> Iterator[Record | Refusal]:
    def opened() -> BinaryIO:
        return open_stream(work.exhibits.open(file.sha256), file.compression)

    line = 0
    try:
        for found in records_in(opened, file.format, where=file.path):
            line = found.line
            yield found
    except BROKEN:
        # It was sealed as it is; lines tell of a broken stream themselves, a document breaks off in its next entry.
        yield Refusal(line + 1, RejectReason.STREAM_BROKEN, b"", sha256_of(b""))


def _names(file: TipFile) -> dict[str, str]:
    """Their name → ours. In JSON lines a key of ours that no sampled line had shown at receipt maps itself."""
    taken = {*file.columns.values(), *file.unmapped}
    late = {name: name for name in COLUMNS[FileKind.INVENTORY] if name not in taken}
    return {**(late if file.format == "jsonl" else {}), **file.columns}


def _row(file: TipFile, names: Mapping[str, str], record: Record) -> tuple[Any, ...]:
    ours = {name: value for theirs, value in record.fields.items() if (name := names.get(theirs))}
    values = inventory_values(ours, zone=file.zone)
    if isinstance(values, RejectReason):
        return _reject(file, record.line, values, sha256_of(record.raw))
    return (file.no, record.line, *values)


def _refused(file: TipFile, refusal: Refusal) -> tuple[Any, ...]:
    return _reject(file, refusal.line, refusal.reason, refusal.text_sha256)


def _reject(file: TipFile, line: int, reason: RejectReason, digest: str) -> tuple[Any, ...]:
    return (file.sha256, file.path, str(file.kind), file.no, line, str(reason), digest)


def _table(rows: list[tuple[Any, ...]], fact: type[InventoryRow | RejectRow]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema_of(fact).names)
    return pa.table([list(column) for column in columns], schema=schema_of(fact))
