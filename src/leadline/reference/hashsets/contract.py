"""What a reader of a hash-set format promises: records streamed, nothing dropped silently, examples beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_HEX = {
    "md5": re.compile(r"[0-9a-f]{32}\Z", re.ASCII),
    "sha1": re.compile(r"[0-9a-f]{40}\Z", re.ASCII),
    "sha256": re.compile(r"[0-9a-f]{64}\Z", re.ASCII),
    "pdq": re.compile(r"[0-9a-f]{64}\Z", re.ASCII),
}
_OF_NOTHING = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
"""Digests of an empty file: a set that lists one would match every empty file there is."""
KEPT_REJECTS = 1000


@dataclass(frozen=True, slots=True)
class Category:
    """A category as its source means it. A code alone says nothing: schemes and countries number differently."""

    scheme: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, or the word that the file has, or empty."""
    version: str = ""
    """Of the scheme or data model."""
    code: str = ""
    """Empty: the record carries no verdict."""


NO_VERDICT = Category()


@dataclass(frozen=True, slots=True)
class HashRecord:
    """One record of a set: at least one digest in lower-case hexadecimal, or ``removed``."""

    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    pdq: str | None = None
    value_md5: str | None = None
    """MD5 of the written form of a digest, as the index of a feed has it."""
    category: Category = NO_VERDICT
    record: str = ""
    """The source's own name of the record, where later editions may replace or remove it."""
    removed: bool = False
    """A tombstone: the record of this name holds no longer."""


@dataclass
class Tally:
    """What became of the rows of a file: ``rejects`` holds the first (place, reason), ``refused`` counts all."""

    rows: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    rejects: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, place: str, reason: str) -> None:
        """Note a row that gives no record."""
        self.refused[reason] = self.refused.get(reason, 0) + 1
        if len(self.rejects) < KEPT_REJECTS:
            self.rejects.append((place, reason))


@dataclass(frozen=True)
class Example:
    """A file of the format. ``records`` is what must come out, None where the whole file must be refused;
    ``refused`` counts rows that give no record."""

    name: str
    contents: bytes | Callable[[Path], None]
    """The bytes, or a function that writes the file (for formats that are no text)."""
    records: tuple[HashRecord, ...] | None
    refused: int = 0


@dataclass(frozen=True)
class HashSetFormat:
    """One format. ``read`` streams records in file order, noting in the tally what it could not take;
    :class:`~leadline.errors.InputRefused` where the file as a whole is not of the format, or is hostile."""

    name: str
    read: Callable[[Path, Tally], Iterator[HashRecord]]
    examples: tuple[Example, ...]
    role: str = "listed"
    """listed: a hit is a reason to look; ignorable: a hit is a reason not to. Known is not known good."""
    feed: bool = False
    """Editions of one name add to one another, a later one replacing or removing records of an earlier one."""


FORMATS: Registry[HashSetFormat] = Registry(
    "hash-set format", package="leadline.reference.hashsets.readers", group="leadline.hash_sets"
)


def digest_of(kind: str, written: object) -> str | None:
    """A digest as sets write it (any case, blanks around) in our form, or None where it is none of this kind."""
    if not isinstance(written, str):
        return None
    text = written.strip().lower()
    return text if _HEX[kind].match(text) and text not in _OF_NOTHING else None


def is_of_nothing(written: object) -> bool:
    """Whether a text is the digest of an empty file."""
    return isinstance(written, str) and written.strip().lower() in _OF_NOTHING


def digests_in(place: str, written: dict[str, object], tally: Tally) -> dict[str, str]:
    """The digests of one row by kind; what is no digest, or that of an empty file, is noted in the tally."""
    found: dict[str, str] = {}
    for kind, text in written.items():
        if text is None or (isinstance(text, str) and not text.strip()):
            continue
        digest = digest_of(kind, text)
        if digest is None:
            tally.refuse(place, "digest-of-an-empty-file" if is_of_nothing(text) else f"no-{kind}")
        else:
            found[kind] = digest
    if not found and not any(reject[0] == place for reject in tally.rejects[-4:]):
        tally.refuse(place, "no-digest")
    return found


def record_of(digests: dict[str, str], *, category: Category, record: str = "") -> HashRecord:
    """The record that these digests, by kind, make."""
    return HashRecord(
        md5=digests.get("md5"),
        sha1=digests.get("sha1"),
        sha256=digests.get("sha256"),
        pdq=digests.get("pdq"),
        category=category,
        record=record,
    )
