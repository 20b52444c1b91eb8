"""Times of day without a zone: which instant they name, by pinned zone data and by the order of the file.

Where clocks are put forward, an hour does not exist: such a time is none. Where they are put back, an hour is passed
twice: then the file's own order decides. A log is written in the order of time, so in the order of its lines the
clock jumps back exactly once between the two passings. Any other picture settles nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""Before and after, the offset at the edge holds."""
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, tzinfo=UTC)
_STEP = timedelta(days=1)

SPANS = pa.schema(
    [
        pa.field("from_clock", pa.timestamp("us", tz="UTC")),
        pa.field("to_clock", pa.timestamp("us", tz="UTC")),
        pa.field("offset_seconds", pa.int64()),
        pa.field("place", pa.string()),
    ]
)
CLOCKED = pa.schema(
    [
        pa.field("line", pa.int64()),
        pa.field("place", pa.string()),
        pa.field("accessed_at", pa.timestamp("us", tz="UTC")),
    ]
)


class Span(NamedTuple):
    """What a clock's face means from ``from_clock`` until before ``to_clock``; faces are written as if in UTC.

    ``place`` is `plain`, `gap` (the clock never shows it) or `fold` (shown twice: first with ``offset_seconds``, then
    with ``later_seconds``).
    """

    from_clock: datetime
    to_clock: datetime
    offset_seconds: int
    place: str
    later_seconds: int


@lru_cache(maxsize=8)
def clock_spans(zone: str) -> tuple[Span, ...]:
    """All spans of a zone's clock, in order and without holes, from the year 1 to 9999.

    From the pinned `tzdata` distribution, never from the machine, so that a run can be repeated.
    """
    changes = _changes(_pinned(zone))
    spans: list[Span] = []
    begins, offset = _BEGINNING, changes[0][1]
    for instant, later in changes[1:]:
        before, after = instant + timedelta(seconds=offset), instant + timedelta(seconds=later)
        place = "gap" if later > offset else "fold"
        first, last = min(before, after), max(before, after)
        spans.append(Span(begins, first, offset, "plain", offset))
        spans.append(Span(first, last, offset, place, later))
        begins, offset = last, later
    return (*spans, Span(begins, _END, offset, "plain", offset))


def spans_between(zone: str, first: datetime, last: datetime) -> pa.Table:
    """The spans that faces from ``first`` to ``last`` lie in, schema `SPANS`."""
    found = [span for span in clock_spans(zone) if span.to_clock > first and span.from_clock <= last]
    return pa.table({name: [getattr(span, name) for span in found] for name in SPANS.names}, schema=SPANS)


def settle(zone: str, lines: npt.NDArray[np.int64], clocks: npt.NDArray[np.int64], *, rising: bool) -> pa.Table:
    """The instants of faces that the clock showed twice (schema `CLOCKED`; place `fold` or `ambiguous`).

    ``lines`` are the lines of a file in its order, ``clocks`` their faces in microseconds since 1970 as if in UTC.
    ``rising`` says whether the file's other lines run forward in time.
    """
    offsets = np.zeros(len(lines), dtype=np.int64)
    settled = np.zeros(len(lines), dtype=bool)
    for span in clock_spans(zone):
        if span.place != "fold":
            continue
        within = np.flatnonzero((clocks >= _micros(span.from_clock)) & (clocks < _micros(span.to_clock)))
        jumps = np.flatnonzero(np.diff(clocks[within]) < 0)
        if rising and len(jumps) == 1:
            settled[within] = True
            offsets[within[: jumps[0] + 1]] = span.offset_seconds
            offsets[within[jumps[0] + 1 :]] = span.later_seconds
    instants = pa.array(clocks - offsets * 1_000_000, pa.timestamp("us", tz="UTC"), mask=~settled)
    places = pa.array(np.where(settled, "fold", "ambiguous").tolist(), pa.string())
    return pa.table({"line": lines, "place": places, "accessed_at": instants}, schema=CLOCKED)


def _pinned(zone: str) -> ZoneInfo:
    *folders, name = zone.split("/")
    with files("tzdata.zoneinfo").joinpath(*folders, name).open("rb") as data:
        return ZoneInfo.from_file(data, key=zone)


def _changes(zone: ZoneInfo) -> list[tuple[datetime, int]]:
    """The offset at the beginning, and each instant from which another holds."""
    instant = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    found = [(instant, _offset(zone, instant))]
    while instant < end:
        following = instant + _STEP
        offset = _offset(zone, following)
        if offset != found[-1][1]:
            found.append((_first_with(zone, instant, following, offset), offset))
        instant = following
    return found


def _first_with(zone: ZoneInfo, before: datetime, after: datetime, offset: int) -> datetime:
    """The first second of a span at whose end ``offset`` holds and at whose beginning it does not."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _offset(zone, middle) == offset else (middle, after)
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
