"""Times of day that records state, as instants: by a zone of their own, or by the one that `tip.toml` names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.scales import RejectReason

_LOCAL = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:[.,]([0-9]{1,9}))?)?\Z",
    re.ASCII,
)


def is_local(text: str) -> bool:
    """Whether the text has the shape of a date, or of a date and a time of day, without a zone."""
    return _LOCAL.match(text) is not None


def instant(text: str, zone: str) -> datetime | RejectReason | None:
    """The instant, in UTC; None for an empty text. Without a zone of its own the file's ``zone`` holds.

    A date alone is its first moment. In the hour that a clock shows twice nothing settles which is meant.
    """
    if not text:
        return None
    if zoned := parse_zoned(text):
        return zoned
    parts = _LOCAL.match(text)
    if not parts or not zone:
        return RejectReason.BAD_TIME
    try:
        clock = datetime.fromisoformat(f"{parts[1]}T{parts[2] or '00:00:00'}+00:00")
    except ValueError:
        return RejectReason.BAD_TIME
    return _in_zone(clock.replace(microsecond=int(f"{parts[3] or '':0<6.6}")), zone, date_alone=not parts[2])


def _in_zone(clock: datetime, zone: str, *, date_alone: bool) -> datetime | RejectReason:
    local = clock.replace(tzinfo=_zone(zone))
    try:
        first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        return RejectReason.BAD_TIME
    if first == second or date_alone:
        return first
    skipped = first.astimezone(_zone(zone)).replace(tzinfo=None) != local.replace(tzinfo=None)
    return RejectReason.BAD_TIME if skipped else RejectReason.AMBIGUOUS_TIME


@cache
def _zone(name: str) -> ZoneInfo:
    """From the pinned time-zone data, whatever the machine has."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)
