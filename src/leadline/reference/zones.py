"""Which clock a record holder's country shows, from the pinned time-zone data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

SEAT = {"ES": "Europe/Madrid", "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon"}
"""Countries with a second clock on far islands alone, where every record holder sits in the first."""
_STEP = timedelta(days=1)
"""Two changes of one clock never lie closer together (the shortest known gap is weeks)."""


@dataclass(frozen=True)
class ClockSpan:
    """A country's clock from ``begins`` until before ``ends`` (None: no end known), ``seconds`` ahead of UTC."""

    country: str
    zone: str
    begins: datetime
    ends: datetime | None
    seconds: int


def tzdata_version() -> str:
    """Name and version of the pinned package."""
    return f"tzdata {version('tzdata')}"


@cache
def tzdata_digest() -> str:
    """SHA-256 over the version, the list of zones by country and the rules of every listed zone."""
    digest = hashlib.sha256(tzdata_version().encode())
    zones = sorted({zone for listed in zones_of_countries().values() for zone in listed})
    digest.update(_folder().joinpath("zone.tab").read_bytes())
    for name in zones:
        digest.update(_folder().joinpath(*name.split("/")).read_bytes())
    return digest.hexdigest()


@cache
def zone_named(name: str) -> ZoneInfo:
    """An IANA zone, from the pinned package and never from the machine; :class:`WrongUsage` for no zone."""
    try:
        with _folder().joinpath(*name.split("/")).open("rb") as stream:
            return ZoneInfo.from_file(stream, key=name)
    except (OSError, ValueError) as error:
        raise WrongUsage(f"{name!r} is no time zone.", advice="Write it as in Europe/Oslo.") from error


@cache
def zones_of_countries() -> dict[str, tuple[str, ...]]:
    """Country → its zones, in the order of the time-zone data (the most populous first)."""
    found: dict[str, list[str]] = {}
    for line in _folder().joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def clock_spans(countries: Iterable[str], *, first: datetime, last: datetime) -> list[ClockSpan]:
    """The clock of each country between two instants, by country and time.

    A country has a clock here where all its zones showed the same time throughout, or where :data:`SEAT`
    names one; the others are left out: their local time is not known.
    """
    return [span for country in sorted(set(countries)) for span in _of_country(country, first, last)]


def _of_country(country: str, first: datetime, last: datetime) -> list[ClockSpan]:
    names = (SEAT[country],) if country in SEAT else zones_of_countries().get(country, ())
    clocks = [list(_changes(zone_named(name), first, last)) for name in names]
    if not clocks or any(clock != clocks[0] for clock in clocks):
        return []
    ends = [begins for begins, _ in clocks[0][1:]]
    return [
        ClockSpan(country, names[0], begins, end, seconds)
        for (begins, seconds), end in zip(clocks[0], [*ends, None], strict=True)
    ]


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, int]]:
    """The offset at ``first``, then each change up to ``last``, to the second."""
    at, seconds = first, _offset(zone, first)
    yield first, seconds
    while at < last:
        following = min(at + _STEP, last)
        if _offset(zone, following) != seconds:
            changed = _moment_of_change(zone, at, following)
            seconds = _offset(zone, changed)
            yield changed, seconds
        at = following


def _moment_of_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _folder() -> Traversable:
    return files("tzdata").joinpath("zoneinfo")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros_of(instant: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1)
