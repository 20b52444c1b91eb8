"""What a kind of source promises: entries in one order each time, nothing written, anomalies said plainly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from leadline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    class Readable(Protocol):
        """What hashing needs of an opened file."""

        def read(self, size: int, /) -> bytes: ...
        def seek(self, offset: int, /) -> int: ...


MOST_ANOMALIES = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    """One file as the source presents it: to be hashed (``opened``), or with digests that came with it."""

    path: str
    size: int | None = None
    modified_at: datetime | None = None
    volume: str = ""
    deleted: bool = False
    opened: Callable[[], AbstractContextManager[Readable]] | None = None
    """Opens the content; ``OSError`` from it or from reading makes the entry unreadable."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """md5, sha1, sha256, pdq in lower-case hexadecimal, from a listing."""
    problem: str = ""


@dataclass
class Notes:
    """Anomalies in the order in which they were met: (what, place, detail), at most :data:`MOST_ANOMALIES`."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    more: int = 0

    def add(self, what: str, place: str, detail: str = "") -> None:
        """Note one thing that a reader of the findings must know."""
        if len(self.found) < MOST_ANOMALIES:
            self.found.append((what, place, detail))
        else:
            self.more += 1


class Source(Protocol):
    """An opened source. Walking it twice gives the same items in the same order while it is not changed."""

    parallel: bool
    """Whether several items may be read at the same time."""
    total_bytes: int | None

    def proof(self) -> dict[str, str]:
        """Digests by which it is shown that nothing was changed; taken before and after."""

    def items(self, notes: Notes) -> Iterator[Item]:
        """Every file, in a fixed order; what is no file goes to the notes."""

    def facts(self) -> dict[str, str]:
        """What the source says about itself: stored digests, segments, tools that read it."""

    def close(self) -> None:
        """Let go of whatever is held open."""


@dataclass(frozen=True)
class SourceKind:
    """One kind of source."""

    name: str
    recognises: Callable[[Path], bool]
    open: Callable[[Path], Source]
    listing: bool = False
    """A list made elsewhere: anybody can write one, so only counts are given."""
    of_the_cache: bool = False
    """It lists the cache itself: only hash sets can say more about it."""
    good: tuple[bytes, ...] = ()
    """For listings: files that give at least one item."""
    bad: tuple[bytes, ...] = ()
    """For listings: files that it must not recognise."""


KINDS: Registry[SourceKind] = Registry(
    "kind of source", package="leadline.stages.devices.plugins", group="leadline.sources"
)
