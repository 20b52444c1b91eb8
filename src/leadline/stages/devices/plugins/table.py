"""A CSV listing with digests, such as a cloud provider's export; columns are known by their usual names."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from leadline.stages.devices.contract import Item, Notes, SourceKind
from leadline.stages.devices.listings import ListingSource, head, item_of, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAMES = {
    "path": ("path", "filepath", "fullpath", "file", "filename", "name", "key", "objectkey", "item"),
    "size": ("size", "bytes", "filesize", "length", "logicalsize", "sizebytes"),
    "md5": ("md5", "md5hash", "hashmd5", "md5checksum"),
    "sha1": ("sha1", "sha1hash", "hashsha1", "sha1checksum"),
    "sha256": ("sha256", "sha256hash", "hashsha256", "sha256checksum"),
    "pdq": ("pdq", "pdqhash"),
    "modified": ("modified", "lastmodified", "mtime", "modifiedat"),
}
_DIGESTS = ("md5", "sha1", "sha256")


def _place(first: str) -> tuple[dict[str, int], str]:
    """Where our columns stand in a header line, and its delimiter; empty where it is no such header."""
    for delimiter in (",", ";", "\t"):
        cells = next(csv.reader([first], delimiter=delimiter), [])
        plain = ["".join(char for char in cell.lower() if char.isalnum()) for cell in cells]
        found = {
            ours: next(plain.index(name) for name in names if name in plain)
            for ours, names in _NAMES.items()
            if any(name in plain for name in names)
        }
        if "path" in found and any(kind in found for kind in _DIGESTS):
            return found, delimiter
    return {}, ","


def _recognises(path: Path) -> bool:
    begin = head(path)
    if b"\x00" in begin:
        return False
    text = begin.decode("utf-8-sig", "replace")
    return bool(text) and bool(_place(text.splitlines()[0])[0])


def _items(path: Path, notes: Notes) -> Iterator[Item]:
    found = text_lines(path, notes)
    _, first = next(found, (0, ""))
    place, delimiter = _place(first)
    width = len(next(csv.reader([first], delimiter=delimiter)))
    for number, text in found:
        cells = next(csv.reader([text], delimiter=delimiter), [])
        if len(cells) != width:
            notes.add("line-unreadable", f"line {number}", f"{len(cells)} cells where the header has {width}")
            continue
        said = {ours: cells[at].strip() for ours, at in place.items()}
        yield item_of(said["path"], said, size=said.get("size"), modified=said.get("modified"))


PLUGIN = SourceKind(
    name="table",
    listing=True,
    recognises=_recognises,
    open=lambda path: ListingSource(path, "CSV listing", _items),
    good=(
        b"\xef\xbb\xbfFile Path;Size;MD5 Hash\r\na\\b.bin;7;" + b"A" * 32 + b"\r\n",
        b"key,last_modified,sha-256\nk,2019-09-20T00:00:00Z," + b"b" * 64 + b"\n",
    ),
    bad=(b"name,age\nx,1\n", b"", b"\x00\x01"),
)
