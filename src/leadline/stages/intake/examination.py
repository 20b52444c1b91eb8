"""One file of a bundle read to its end: is it whole, is it text, and what do its first and last lines show?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadline.reading.media import HEAD, MediaScan, media_kind
from leadline.reading.records import BOM
from leadline.reading.streams import Compression, detect_compression, open_stream, walk_stream
from leadline.stages.intake.archive import ZipBundle
from leadline.stages.intake.refusal import BundleRefused, leave_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO
    from typing import BinaryIO

SAMPLE = 1 << 18
"""So many bytes at the beginning of a file stand for it where its format is to be told."""
_TAIL = 1 << 16
_NAMED: dict[str, Compression] = {".gz": "gz", ".zst": "zst", ".zstd": "zst"}


@dataclass(frozen=True)
class Examined:
    """What reading one file to its end showed."""

    compression: Compression
    unpacked: int
    """Bytes."""
    head: bytes
    tail: bytes
    """Empty where the head holds the whole file."""
    fault: str = ""
    """What is wrong with the packed stream."""
    too_dense: bool = False
    media: str = ""
    """What the file is, or holds, that may not be kept."""
    days: Days = field(default_factory=lambda: Days())
    file: Path = field(default=Path(), repr=False)
    """The copy that was examined."""
    unzoned: bool = False
    """Some of its times are known to state no zone, and none was asked for."""

    def open(self) -> BinaryIO:
        """The unpacked bytes, once more from the beginning."""
        return open_stream(self.file.open("rb"), self.compression)

    def lines(self) -> list[str]:
        """Whole lines from the beginning and the end, as text, for telling the format; not all lines."""
        whole = self.unpacked <= len(self.head)
        first = self.head.removeprefix(BOM).split(b"\n")
        first = first if whole else first[:-1]
        last = [] if whole else self.tail.split(b"\n")[1:]
        sample = [*first[:300], *last[-100:]]
        if sample and (not sample[-1] or (self.fault and len(sample) > 1)):
            sample.pop()  # the end of the last line, or the line in which the stream broke
        return [line.removesuffix(b"\r").decode("utf-8", "replace") for line in sample]


def compression_of(path: str, first_bytes: bytes) -> Compression:
    """What the bytes say, or else the name: a file named .gz that does not begin like one is damaged."""
    if first_bytes.startswith(b"PK\x03\x04") and path.lower().endswith(".xlsx"):
        return "xlsx"
    detected = detect_compression(first_bytes)
    suffix = next((suffix for suffix in _NAMED if path.lower().endswith(suffix)), "")
    return _NAMED[suffix] if detected == "plain" and suffix else detected


def examine(file: Path, path: str, *, advance: Callable[[int], None]) -> Examined:
    """Read ``file`` to its end; ``path`` is its name in the bundle. ``advance`` hears of packed bytes read."""
    with file.open("rb", buffering=0) as raw:
        compression = compression_of(path, raw.read(4))
        raw.seek(0)
        if compression == "xlsx":
            _refuse_odd_zip(file, path)
        watch = _Watch(path, raw, advance)
        walked = walk_stream(raw, compression, stored=file.stat().st_size, see=watch.see)
    return Examined(
        compression=compression,
        unpacked=walked.bytes,
        head=watch.head,
        tail=watch.tail if walked.bytes > len(watch.head) else b"",
        fault=walked.fault,
        too_dense=walked.too_dense,
        media=watch.media(),
        days=watch.days,
        file=file,
    )


def _refuse_odd_zip(file: Path, path: str) -> None:
    """Parts of a packed document that overlap, hide bytes between them or say two things of themselves."""
    try:
        ZipBundle(file).close()
    except BundleRefused as fault:
        raise BundleRefused(fault.message, code=fault.code, where=path, advice=leave_out(path)) from fault


class _Watch:
    """Looks at each chunk of a file once: for media, for its ends, for the days it tells of."""

    def __init__(self, path: str, raw: BinaryIO | FileIO, advance: Callable[[int], None]) -> None:
        self._path = path
        self._raw = raw
        self._advance = advance
        self._told = 0
        self._scan = MediaScan()
        self._kind: str | None = None
        self.head = b""
        self.tail = b""
        self.days = Days()

    def see(self, chunk: bytes) -> None:
        if not self.head:
            self._kind = media_kind(chunk[:HEAD], self._path)
        if len(self.head) < SAMPLE:
            self.head += chunk[: SAMPLE - len(self.head)]
        self.tail = chunk[-_TAIL:] if len(chunk) >= _TAIL else (self.tail + chunk)[-_TAIL:]
        if self._kind is None:
            self._scan.see(chunk)
        self.days.see(chunk)
        self._advance(self._raw.tell() - self._told)
        self._told = self._raw.tell()

    def media(self) -> str:
        return self._kind or self._scan.found


_DAY = re.compile(
    rb"(?<![0-9])(?:((?:19|20)[0-9]{2})-([01][0-9])-([0-3][0-9])[T \t]"
    rb"|([0-3][0-9])/([A-Z][a-z]{2})/((?:19|20)[0-9]{2}):)"
)
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
_NEAR = 1 << 12


class Days:
    """The days that a log in time order tells of, as its lines write them."""

    def __init__(self) -> None:
        self.seen: set[date] = set()
        self.ordered = True
        self._last: date | None = None

    def see(self, chunk: bytes) -> None:
        """Note the days of a chunk, by samples of it; all its lines are looked at only where it spans days.

        Once the file is known to be in no order, what it tells of counts for nothing, and no more is looked at.
        """
        if not self.ordered:
            return
        middle = len(chunk) // 2
        told = [_first(chunk[:_NEAR]), _first(chunk[middle : middle + _NEAR]), _last(chunk[-_NEAR:])]
        days = [day for day in told if day]
        if not days:
            return
        if max(days) - min(days) > timedelta(days=1):
            days = [day for day in map(_day, _DAY.finditer(chunk)) if day]
        known = [self._last, *days] if self._last else days
        self.ordered = self.ordered and known == sorted(known)
        self._last = days[-1]
        self.seen.update(days)


def _first(text: bytes) -> date | None:
    return next((day for day in map(_day, _DAY.finditer(text)) if day), None)


def _last(text: bytes) -> date | None:
    days = [day for day in map(_day, _DAY.finditer(text)) if day]
    return days[-1] if days else None


def _day(found: re.Match[bytes]) -> date | None:
    year, month, day = found[1] or found[6], found[2] or _MONTHS.get(found[5], 0), found[3] or found[4]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
