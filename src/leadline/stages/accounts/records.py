"""Brings a provider's account file into our columns, piece by piece, and notes what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from leadline.facts.tables import AccountRecordRow, RejectRow
from leadline.facts.tables.base import schema_of
from leadline.reading.forms import records_in
from leadline.reading.records import CsvShape, Record, Refusal, Rows, csv_rows
from leadline.reading.streams import open_stream
from leadline.stages.accounts.moments import INSTANT, read_moments
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from leadline.facts.runs import Work
    from leadline.seal.manifest import TipFile

OURS = tuple(name for name in schema_of(AccountRecordRow).names if name not in {"records", "file", "line"})
"""Columns that a provider's file may fill, `account_key` first."""
MOMENTS = frozenset({"created_at", "signup_at", "closed_at"})
PIECE = pa.schema(
    [("file", pa.int64()), ("line", pa.int64())]
    + [(name, INSTANT if name in MOMENTS else pa.string()) for name in OURS]
)
"""What :meth:`AccountFile.pieces` gives."""
NOBODY = frozenset({"", "-"})
"""Keys that name no account."""
_ROWS = 50_000


@dataclass(frozen=True)
class _Batch:
    """Records: their values by their own column names, and of each its line and bytes."""

    columns: Mapping[str, Sequence[str | None]]
    lines: list[int]
    raw: list[bytes]


class AccountFile:
    """One account file of a tip, and what of it was refused so far."""

    def __init__(self, work: Work, file: TipFile) -> None:
        self.work, self.file = work, file
        self.refused: set[tuple[int, RejectReason, str]] = set()
        """Line, reason and SHA-256 of the text."""
        self._names = _names(file.columns, file.unmapped)

    def pieces(self) -> Iterator[pa.Table]:
        """The readable records as Arrow tables (:data:`PIECE`), null where a field is empty."""
        for batch in self._batches():
            yield self._in_our_columns(batch)
            self.work.progress.advance(0, rows=len(batch.lines))

    def _batches(self) -> Iterator[_Batch]:
        if self.file.format == "csv":
            with self._opened() as stream:
                yield from self._csv_batches(stream)
            return
        found = records_in(self._opened, self.file.format, where=self.file.path)
        while some := list(islice(found, _ROWS)):
            records = self._readable(some)
            fields = [record.fields for record in records]
            names = dict.fromkeys(chain.from_iterable(fields))
            columns = {name: [each.get(name) for each in fields] for name in names}
            yield _Batch(columns, [record.line for record in records], [record.raw for record in records])

    def _csv_batches(self, stream: BinaryIO) -> Iterator[_Batch]:
        """Every record has the columns of the header."""
        names: tuple[str, ...] = ()
        values: list[list[str]] = []
        lines: list[int] = []
        raw: list[bytes] = []
        for found in csv_rows(stream):
            if isinstance(found, CsvShape):
                names = found.columns
            elif isinstance(found, Rows):
                values += found.values
                lines += range(found.line, found.line + len(found.values))
                raw += found.raw
            else:
                for record in self._readable([found]):
                    values.append(list(record.fields.values()))
                    lines.append(record.line)
                    raw.append(record.raw)
            if len(lines) >= _ROWS:
                yield _Batch(dict(zip(names, zip(*values, strict=True), strict=True)), lines, raw)
                values, lines, raw = [], [], []
        if lines:
            yield _Batch(dict(zip(names, zip(*values, strict=True), strict=True)), lines, raw)

    def _readable(self, found: Sequence[Record | Refusal]) -> list[Record]:
        """The records among these; the refused lines are noted."""
        for one in found:
            if isinstance(one, Refusal):
                self.refused.add((one.line, one.reason, one.text_sha256))
        return [one for one in found if isinstance(one, Record)]

    def _opened(self) -> BinaryIO:
        return open_stream(self.work.exhibits.open(self.file.sha256), self.file.compression)

    def rejects(self) -> pa.Table:
        """What was refused, in the columns of `RejectRow`, in line order."""
        stated = {"exhibit_sha256": self.file.sha256, "path": self.file.path, "kind": str(self.file.kind)}
        rows = [
            {**stated, "file": self.file.no, "line": line, "reason": str(reason), "text_sha256": digest}
            for line, reason, digest in sorted(self.refused)
        ]
        return pa.Table.from_pylist(rows, schema=schema_of(RejectRow))

    def _in_our_columns(self, batch: _Batch) -> pa.Table:
        """Where two of their columns are one of ours, the first that has a value counts."""
        texts: dict[str, pa.Array] = {our: pa.nulls(len(batch.lines), pa.string()) for our in OURS}
        for their, our in self._names:
            if their in batch.columns:
                texts[our] = pc.coalesce(texts[our], _texts(batch.columns[their], nobody=our == "account_key"))
        nameless = set(pc.indices_nonzero(pc.is_null(texts["account_key"])).to_pylist())
        for place in nameless:
            self._refuse(batch, place, RejectReason.MISSING_FIELD)
        for name in sorted(MOMENTS):
            texts[name], bad = read_moments(texts[name], zone=self.file.zone)
            for place in bad.keys() - nameless:
                self._refuse(batch, place, bad[place])
        file = pa.array([self.file.no] * len(batch.lines), pa.int64())
        made = pa.table({"file": file, "line": pa.array(batch.lines, pa.int64()), **texts})
        made = made.select(PIECE.names).cast(PIECE)
        return made.filter(pc.is_valid(made.column("account_key")))

    def _refuse(self, batch: _Batch, place: int, reason: RejectReason) -> None:
        self.refused.add((batch.lines[place], reason, sha256(batch.raw[place]).hexdigest()))


def _names(mapped: Mapping[str, str], left_out: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of their name and ours; a name that `tip.toml` maps goes before one that is ours already."""
    own = [(name, name) for name in OURS if name not in mapped and name not in left_out]
    return [(their, our) for their, our in mapped.items() if our in OURS] + own


def _texts(values: Sequence[str | None], *, nobody: bool) -> pa.Array:
    column = pa.array(values, pa.string())
    empty = pc.is_in(column, pa.array(sorted(NOBODY) if nobody else [""]))
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)
