"""The older part of the provider's inventory as a VICS document, a second form of the same list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from leadline.synthetic.collection import NEVER, Collection

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.chance import Flags

PATH = "inventory-before.json"
COLUMNS = {"MediaFiles.Created": "added_at"}
CATEGORIES = 5
_CONTEXT = "http://vics.example/DataModels/2.0.xml/US/$metadata#Cases"
_TWICE = 4
"""Every so many objects of the document stand in the other inventory as well."""


def in_document(collection: Collection) -> Flags:
    """Objects that the document lists: a VICS entry cannot say who added an object, nor when it was taken out."""
    return np.asarray((collection.added_by < 0) & (collection.removed_at == NEVER), dtype=np.bool_)


def in_table(collection: Collection) -> Flags:
    """Objects that the other inventory lists: all that the document does not, and some that it does."""
    return np.asarray(~in_document(collection) | (np.arange(len(collection)) % _TWICE == 0), dtype=np.bool_)


def write(
    folder: Path, collection: Collection, *, items: list[str], digests: tuple[list[str], list[str], list[str]]
) -> list[tuple[str, int, str]]:
    """Write the document; returns (path, number of the entry, reason) of what cannot be read of it."""
    numbers = np.flatnonzero(in_document(collection)).tolist()
    entries: list[Any] = [_entry(collection, number, items[number], digests) for number in numbers]
    count = len(entries)
    bad_time = {**entries[0], "MediaFiles": [{**entries[0]["MediaFiles"][0], "Created": "/Date(soon)/"}]}
    entries += ["no entry", {"MediaID": count + 2, "Category": 1}, bad_time]
    case = {"CaseID": "invented", "TotalMediaFiles": 0, "SourceApplicationName": "ExampleExport", "Media": entries}
    text = json.dumps({"@odata.context": _CONTEXT, "value": [case]}, indent=0)
    (folder / PATH).write_bytes(b"\xef\xbb\xbf" + text.encode())
    reasons = ("not-the-format", "missing-field", "bad-time")
    return [(PATH, count + place, reason) for place, reason in enumerate(reasons, start=1)]


def _entry(
    collection: Collection, number: int, item: str, digests: tuple[list[str], list[str], list[str]]
) -> dict[str, Any]:
    """Sizes are numbers or texts and truths are texts, as exports have them."""
    md5, sha1, sha256 = (listed[number] for listed in digests)
    size = int(collection.size[number])
    file: dict[str, Any] = {"MD5": md5.upper(), "FileName": item, "FilePath": "c\\k1"}
    if collection.date_listed[number]:
        file["Created"] = f"/Date({int(collection.added_at[number]) * 1000})/"
    return {
        "MediaID": number + 1,
        "Category": int(collection.category[number]) % CATEGORIES + 1,
        "MD5": md5.upper(),
        "SHA1": sha1,
        "MediaSize": size if number % 2 else str(size),
        "IsPrecategorized": "true",
        "Comments": "invented words",
        "AlternativeHashes": [{"HashName": "SHA-256", "HashValue": sha256}],
        "MediaFiles": [file],
    }
