"""What all listings have in common: bounded lines, digests in our form, and a source that is one file."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from leadline.reference.hashsets.contract import Tally, digest_of, is_of_nothing
from leadline.reference.hashsets.delimited import lines
from leadline.seal.hashing import sha256_file
from leadline.stages.devices.contract import Item, Notes
from leadline.stages.devices.naming import shown
from leadline.vocabulary.instants import parse_zoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_HEAD = 1 << 16
_KINDS = ("md5", "sha1", "sha256", "pdq")
_IN_BASE64 = {24: "md5", 28: "sha1", 44: "sha256"}


class ListingSource:
    """A listing: one file, read as text, whose digests were made by others."""

    parallel = False

    def __init__(self, path: Path, kind: str, read: Callable[[Path, Notes], Iterator[Item]]) -> None:
        self._path, self._kind, self._read = path, kind, read
        self.total_bytes: int | None = None

    def proof(self) -> dict[str, str]:
        """SHA-256 of the listing."""
        return {"sha256": sha256_file(self._path)}

    def items(self, notes: Notes) -> Iterator[Item]:
        return self._read(self._path, notes)

    def facts(self) -> dict[str, str]:
        return {"kind": self._kind}

    def close(self) -> None:
        """Nothing is held open."""


def head(path: Path) -> bytes:
    """The first bytes of a file; nothing where it is none."""
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def text_lines(path: Path, notes: Notes) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; those that are too long or no UTF-8 are noted and passed over."""
    tally = Tally()
    for number, text in lines(path, tally):
        while tally.rejects:
            notes.add("line-unreadable", *tally.rejects.pop(0))
        yield number, text
    for place, reason in tally.rejects:
        notes.add("line-unreadable", place, reason)


def item_of(path: str, said: Mapping[str, object], *, size: str | None = None, modified: str | None = None) -> Item:
    """One entry of a listing; without any digest it is unreadable, and says so."""
    digests = {kind: digest for kind in _KINDS if (digest := _digest(kind, said.get(kind)))}
    empty = any(is_of_nothing(said.get(kind)) for kind in _KINDS)
    problem = "" if set(digests) - {"pdq"} else "the listing has no digest of it"
    return Item(
        shown(path.encode("utf-8", "surrogateescape")),
        0 if empty else int(size) if size and size.isdecimal() and len(size) < 19 else None,
        parse_zoned(modified) if modified else None,
        digests=digests,
        problem=problem,
    )


def _digest(kind: str, written: object) -> str | None:
    """In hexadecimal of any case, or in the Base64 that cloud stores write; of an empty file as well."""
    if not isinstance(written, str):
        return None
    text = written.strip().strip('"')
    if is_of_nothing(text):
        return text.lower()
    if _IN_BASE64.get(len(text)) == kind:
        try:
            return base64.b64decode(text, validate=True).hex()
        except binascii.Error:
            return None
    return digest_of(kind, text)
