"""A disk image: E01, Ex01, raw or split. Every partition and file system that can be read is walked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.stages.devices.contract import SourceKind
from leadline.stages.devices.filesystems import walk_volumes
from leadline.stages.devices.listings import head
from leadline.stages.devices.media import EWF_SIGNATURES, RAW_SUFFIX, Media, open_media

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.stages.devices.contract import Item, Notes


class _Image:
    parallel = False

    def __init__(self, path: Path) -> None:
        self._media: Media = open_media(path)
        self.total_bytes: int | None = self._media.size

    def proof(self) -> dict[str, str]:
        """SHA-256 of every segment file as it lies on the disk."""
        return self._media.segment_digests()

    def items(self, notes: Notes) -> Iterator[Item]:
        self._media.check_stored_digests(notes)
        yield from walk_volumes(self._media, notes)

    def facts(self) -> dict[str, str]:
        return self._media.facts()

    def close(self) -> None:
        self._media.close()


def _recognises(path: Path) -> bool:
    begin = head(path)
    if begin.startswith(EWF_SIGNATURES):
        return True
    if RAW_SUFFIX.match(path.suffix.lower()) and path.is_file():
        return True
    return begin[510:512] == b"\x55\xaa" or begin[0x438:0x43A] == b"\x53\xef"


PLUGIN = SourceKind(name="image", recognises=_recognises, open=_Image)
