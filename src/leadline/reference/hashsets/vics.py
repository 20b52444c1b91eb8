"""VICS documents as files: for readers of hash sets and of listings, which are given a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.reading.vics import VicsDocument, alternative_digests, document_in, media_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def document_of(path: Path) -> VicsDocument:
    """What the document is; the whole file is walked, for the context may come last."""
    with path.open("rb") as stream:
        return document_in(stream, where=path.name)


def media_of(path: Path, document: VicsDocument) -> Iterator[Any]:
    """Every media entry in file order, one at a time; :class:`InputRefused` where the file breaks off."""
    with path.open("rb") as stream:
        yield from media_in(stream, document, where=path.name)


__all__ = ["VicsDocument", "alternative_digests", "document_of", "media_of"]
