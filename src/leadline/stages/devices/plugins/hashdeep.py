"""A listing made by hashdeep."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from leadline.stages.devices.contract import Item, Notes, SourceKind
from leadline.stages.devices.listings import ListingSource, head, item_of, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST = b"%%%% HASHDEEP-1.0"


def _items(path: Path, notes: Notes) -> Iterator[Item]:
    columns: list[str] = []
    for number, text in text_lines(path, notes):
        if text.startswith("%%%% size,"):
            columns = text[5:].strip().split(",")
        elif columns and not text.startswith(("#", "%%%%")):
            cells = _cells(text, len(columns))
            if cells is None:
                notes.add("line-unreadable", f"line {number}", "not the format")
                continue
            said = dict(zip(columns, cells, strict=True))
            yield item_of(said.get("filename", ""), said, size=said.get("size"))


def _cells(text: str, count: int) -> list[str] | None:
    """The last cell is the name and may hold commas."""
    plain = text.split(",", count - 1)
    if len(plain) == count and not plain[-1].startswith('"'):
        return plain
    quoted = next(csv.reader([text]), [])
    return quoted if len(quoted) == count else None


PLUGIN = SourceKind(
    name="hashdeep",
    listing=True,
    recognises=lambda path: head(path).startswith(_FIRST),
    open=lambda path: ListingSource(path, "hashdeep listing", _items),
    good=(
        b"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## $ hashdeep\n##\n7,"
        + b"a" * 32
        + b","
        + b"b" * 64
        + b",x, y.bin\n",
    ),
    bad=(b"size,md5,filename\n", b""),
)
