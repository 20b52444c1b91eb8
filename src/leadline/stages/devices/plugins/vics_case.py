"""A VICS case export as a listing of the files of a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.reference.hashsets.vics import alternative_digests, document_of, media_of
from leadline.stages.devices.contract import Item, Notes, SourceKind
from leadline.stages.devices.listings import ListingSource, head, item_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _recognises(path: Path) -> bool:
    begin = head(path).removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin.startswith(b"{") and (b"DataModels/" in begin or b'"value"' in begin)


def _items(path: Path, notes: Notes) -> Iterator[Item]:
    """One item a file of a media entry; several files may be copies of one content."""
    for number, media in enumerate(media_of(path, document_of(path))):
        if not isinstance(media, dict):
            notes.add("line-unreadable", f"record {number}", "no media entry")
            continue
        digests = {"md5": media.get("MD5"), "sha1": media.get("SHA1"), **alternative_digests(media)}
        size = media.get("MediaSize")
        for name in _names(media, number):
            yield item_of(name, digests, size=None if size is None else str(size))


def _names(media: dict[str, Any], number: int) -> list[str]:
    listed = media.get("MediaFiles")
    files = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = [f"{one.get('FilePath') or ''}/{one.get('FileName') or ''}".strip("/") for one in files]
    return [name for name in named if name] or [str(media.get("RelativeFilePath") or f"record {number}")]


PLUGIN = SourceKind(
    name="vics-case",
    listing=True,
    recognises=_recognises,
    open=lambda path: ListingSource(path, "VICS case", _items),
    good=(
        b'{"@odata.context":"http://vics.example/DataModels/2.0.xml/US/$metadata#Cases","value":[{"CaseID":"c","Media":['
        b'{"MD5":"' + b"A" * 32 + b'","MediaSize":"488","MediaFiles":[{"FileName":"x.bin","FilePath":"a"}]}]}]}',
    ),
    bad=(b"[]", b"", b"{}"),
)
