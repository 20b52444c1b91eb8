"""The compiled form of an address table: sorted ranges as Parquet, its record, and its refused rows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.errors import IntegrityBroken
from leadline.facts.runs import ReferenceEdition
from leadline.reference.ranges import key_after, key_of_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from leadline.reference.ranges import NetworkRange, RefusedRow

FOLDER = "lake/reference/networks"
NETWORKS = pa.schema(
    [
        pa.field("table_name", pa.string(), nullable=False),
        pa.field("table_date", pa.date32(), nullable=False),
        pa.field("first", pa.string(), nullable=False),
        pa.field("last", pa.string(), nullable=False),
        pa.field("after", pa.string(), nullable=False),
        pa.field("country", pa.string(), nullable=False),
        pa.field("asn", pa.int64()),
        pa.field("holder", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
    ]
)
"""One row a range; `first` and `last` are address keys, both included, `after` is the key that follows `last`.
Ranges of one edition do not overlap and stand in address order."""
_ROW_GROUP = 128 * 1024


@dataclass(frozen=True)
class Edition:
    """One edition of a reference table, as `reference list` shows it."""

    kind: str
    """networks, registration, retention, zones."""
    name: str
    as_of: str
    """YYYY-MM-DD; empty where the table tells no date."""
    rows: int
    rejects: int
    reader: str
    stated_kind: str
    """The kind stated with the table for rows that have none."""
    sha256: str
    """Of the compiled Parquet, or of the data that a package brings."""
    source: str
    """Name of the file, or package and version."""
    source_sha256: str
    bytes: int
    """Of the source."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for display and for the record beside the table."""
        return asdict(self)

    @classmethod
    def from_json(cls, stated: dict[str, Any]) -> Edition:
        """The edition that :meth:`to_json` wrote."""
        return cls(**stated)

    def pinned(self, path: Path) -> ReferenceEdition:
        """The edition as a run names it; ``path`` is where its rows lie."""
        return ReferenceEdition(self.kind, self.name, self.as_of, self.sha256, self.source_sha256, path)


def table_path(workspace: Path, name: str, as_of: str) -> Path:
    """Where the compiled rows of an edition lie; `.json` beside it is its record, `.rejects.json` what it left out."""
    return workspace / FOLDER / name / f"{as_of}.parquet"


def rows_of(ranges: Sequence[NetworkRange], *, name: str, as_of: date) -> pa.Table:
    """Ranges as a table of the schema :data:`NETWORKS`."""
    return pa.table(
        {
            "table_name": pa.repeat(name, len(ranges)),
            "table_date": pa.repeat(pa.scalar(as_of, pa.date32()), len(ranges)),
            "first": [key_of_number(row.first) for row in ranges],
            "last": [key_of_number(row.last) for row in ranges],
            "after": [key_after(row.last) for row in ranges],
            "country": [row.country for row in ranges],
            "asn": pa.array([row.asn for row in ranges], pa.int64()),
            "holder": [row.holder for row in ranges],
            "kind": [row.kind for row in ranges],
        },
        schema=NETWORKS,
    )


def write_rows(path: Path, rows: pa.Table) -> None:
    """Write compiled rows; the same rows give the same bytes."""
    pq.write_table(rows, path, compression="zstd", compression_level=1, row_group_size=_ROW_GROUP)


def record_bytes(value: object) -> bytes:
    """A record as it lies beside the table."""
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"


def rejects_of(rows: Sequence[RefusedRow]) -> list[dict[str, Any]]:
    """Refused rows as plain values, in line order."""
    return [row._asdict() for row in sorted(rows)]


def read_edition(record: Path) -> Edition:
    """The edition whose record lies here; :class:`IntegrityBroken` where it is none."""
    try:
        return Edition.from_json(json.loads(record.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise IntegrityBroken(
            "the record of an address table cannot be read.", where=str(record), advice="Run `leadline verify`."
        ) from error
