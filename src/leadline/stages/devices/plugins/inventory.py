"""The inventory of a tip, as a run wrote it: a list that the provider made, so only its classes are counted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.facts.tables import InventoryRow
from leadline.facts.tables.base import schema_of
from leadline.stages.devices.contract import Item, Notes, SourceKind
from leadline.stages.devices.listings import ListingSource, head, item_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST = b"PAR1"
_COLUMNS = ("object_key", "size", "md5", "sha1", "sha256", "pdq", "added_at")


def _recognises(path: Path) -> bool:
    if not head(path).startswith(_FIRST):
        return False
    try:
        return bool(pq.read_schema(path).names == schema_of(InventoryRow).names)
    except (OSError, pa.ArrowException):
        return False


def _items(path: Path, notes: Notes) -> Iterator[Item]:  # noqa: ARG001  every row was read before, by the run
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=list(_COLUMNS)):
            for row in batch.to_pylist():
                yield _item(row)


def _item(row: dict[str, Any]) -> Item:
    size = None if row["size"] is None else str(row["size"])
    added = row["added_at"].isoformat() if row["added_at"] else None
    return item_of(row["object_key"], row, size=size, modified=added)


def _written(**given: object) -> bytes:
    """An inventory of one row, for the examples."""
    rows = [{**dict.fromkeys(schema_of(InventoryRow).names), "file": 0, "line": 1, "object_key": "k", **given}]
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(InventoryRow)), stream)
    return stream.getvalue()


PLUGIN = SourceKind(
    name="inventory",
    listing=True,
    of_the_cache=True,
    recognises=_recognises,
    open=lambda path: ListingSource(path, "inventory of a tip", _items),
    good=(_written(md5="a" * 32, size=7),),
    bad=(b"PAR1", b"object_key,md5\n", b""),
)
