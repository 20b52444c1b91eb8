"""Brings a provider's account file into our columns, piece by piece, and notes what cannot be read."""

from __future__ import annotations

from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from leadline.facts.tables import AccountRecordRow, RejectRow
from leadline.facts.tables.base import schema_of
from leadline.reading.forms import records_in
from leadline.reading.records import Record, Refusal
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


class AccountFile:
    """One account file of a tip, and what of it was refused so far."""

    def __init__(self, work: Work, file: TipFile) -> None:
        self.work, self.file = work, file
        self.refused: set[tuple[int, RejectReason, str]] = set()
        """Line, reason and SHA-256 of the text."""
        self._names = _names(file.columns, file.unmapped)

    def pieces(self) -> Iterator[pa.Table]:
        """The readable records as Arrow tables (:data:`PIECE`), null where a field is empty."""
        found = records_in(self._opened, self.file.format, where=self.file.path)
        while batch := list(islice(found, _ROWS)):
            yield self._in_our_columns([record for record in batch if isinstance(record, Record)])
            self.refused.update(
                (refusal.line, refusal.reason, refusal.text_sha256) for refusal in batch if isinstance(refusal, Refusal)
            )
            self.work.progress.advance(0, rows=len(batch))

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

    def _in_our_columns(self, records: list[Record]) -> pa.Table:
        """Where two of their columns are one of ours, the first that has a value counts."""
        theirs = _columns(records, self.file.format)
        texts: dict[str, pa.Array] = {our: pa.nulls(len(records), pa.string()) for our in OURS}
        for their, our in self._names:
            if their in theirs:
                texts[our] = pc.coalesce(texts[our], _texts(theirs[their], nobody=our == "account_key"))
        nameless = set(pc.indices_nonzero(pc.is_null(texts["account_key"])).to_pylist())
        for place in nameless:
            self._refuse(records[place], RejectReason.MISSING_FIELD)
        for name in sorted(MOMENTS):
            texts[name], bad = read_moments(texts[name], zone=self.file.zone)
            for place in bad.keys() - nameless:
                self._refuse(records[place], bad[place])
        lines = pa.array([record.line for record in records], pa.int64())
        file = pa.array([self.file.no] * len(records), pa.int64())
        made = pa.table({"file": file, "line": lines, **texts}).select(PIECE.names).cast(PIECE)
        return made.filter(pc.is_valid(made.column("account_key")))

    def _refuse(self, record: Record, reason: RejectReason) -> None:
        self.refused.add((record.line, reason, sha256(record.raw).hexdigest()))


def _columns(records: list[Record], form: str) -> Mapping[str, Sequence[str | None]]:
    """The records' values by their own column names. In CSV every record has the columns of the header."""
    fields = [record.fields for record in records]
    if form == "csv":
        return dict(zip(fields[0], zip(*map(dict.values, fields), strict=True), strict=True)) if fields else {}
    return {name: [each.get(name) for each in fields] for name in dict.fromkeys(chain.from_iterable(fields))}


def _names(mapped: Mapping[str, str], left_out: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of their name and ours; a name that `tip.toml` maps goes before one that is ours already."""
    own = [(name, name) for name in OURS if name not in mapped and name not in left_out]
    return [(their, our) for their, our in mapped.items() if our in OURS] + own


def _texts(values: Sequence[str | None], *, nobody: bool) -> pa.Array:
    column = pa.array(values, pa.string())
    empty = pc.is_in(column, pa.array(sorted(NOBODY) if nobody else [""]))
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)
