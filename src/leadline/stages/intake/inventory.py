"""The values of one inventory record: numbers, digests and instants, or the reason why there are none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
_DIGITS = {
    name: re.compile(rf"[0-9a-f]{{{size}}}\Z")
    for name, size in (("md5", 32), ("sha1", 40), ("sha256", 64), ("pdq", 64))
}
_LOCAL = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:[.,]([0-9]{1,9}))?)?\Z",
    re.ASCII,
)


def inventory_values(ours: Mapping[str, str], *, zone: str) -> tuple[Any, ...] | RejectReason:
    """From ``object_key`` on, in the order of `InventoryRow`; ``ours`` holds texts under our names.

    A size that is no whole number and a digest that is none are unknown; a date that is none makes the record
    a reject, because it would move the object in time.
    """
    if not ours.get("object_key"):
        return RejectReason.MISSING_FIELD
    added, removed = (instant(ours.get(name, ""), zone) for name in ("added_at", "removed_at"))
    for answer in (added, removed):
        if isinstance(answer, RejectReason):
            return answer
    digests = (_digest(name, ours.get(name, "")) for name in ("md5", "sha1", "sha256", "pdq"))
    said = (ours.get(name) or None for name in ("added_by", "category", "category_scheme"))
    return (ours["object_key"], _whole(ours.get("size", "")), *digests, added, removed, *said)


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.match(text) else None


def _digest(name: str, text: str) -> str | None:
    lowered = text.lower()
    return lowered if _DIGITS[name].match(lowered) else None


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
