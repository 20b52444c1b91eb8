"""Reads the dates of account records: most at a stroke, odd ones by the file's stated zone, others not at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTANT = pa.timestamp("us", tz="UTC")
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE = re.compile(rf"{_DAY}\Z", re.ASCII)
_LOCAL = re.compile(rf"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?\Z", re.ASCII)
_USUAL = rf"^{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,6}})?(Z|[-+][0-9]{{2}}:?[0-9]{{2}})$"


def read_moments(written: pa.Array, *, zone: str) -> tuple[pa.Array, Mapping[int, RejectReason]]:
    """The instants that texts name (null where they name none), and why not, by place in ``written``."""
    usual = pc.if_else(pc.match_substring_regex(written, _USUAL), written, pa.scalar(None, pa.string()))
    try:
        instants = pc.cast(usual, INSTANT)
    except pa.ArrowInvalid:  # one of them has the shape of an instant and is none, such as 31 February
        instants = pa.nulls(len(written), INSTANT)
    odd = pc.indices_nonzero(pc.and_(pc.is_valid(written), pc.is_null(instants))).to_pylist()
    found = {place: read_moment(written[place].as_py(), zone=zone) for place in odd}
    bad = {place: reason for place, reason in found.items() if isinstance(reason, RejectReason)}
    if len(found) > len(bad):
        read = [moment if isinstance(moment := found.get(place), datetime) else None for place in range(len(written))]
        instants = pc.coalesce(instants, pa.array(read, INSTANT))
    return instants, bad


def read_moment(written: str, *, zone: str) -> datetime | RejectReason:
    """The instant in UTC that ``written`` names in ``zone`` (IANA name, empty where `tip.toml` states none).

    A calendar date alone is its midnight, in UTC where no zone is stated: it stands for a day, not a moment. A
    local time without a stated zone, or one that the zone's clocks leave out, is `bad-time`; one that they
    show twice is `ambiguous-time`. A zone in the text goes before the file's.
    """
    if zoned := parse_zoned(written):
        return zoned
    dated = _DATE.match(written) is not None
    if not dated and not (zone and _LOCAL.match(written)):
        return RejectReason.BAD_TIME
    try:
        local = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone) if zone else UTC)
        return _settled(local, dated=dated)
    except (ValueError, OverflowError):
        return RejectReason.BAD_TIME


def _settled(local: datetime, *, dated: bool) -> datetime | RejectReason:
    instant = local.astimezone(UTC)
    if dated:
        return instant
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        return RejectReason.BAD_TIME
    if local.replace(fold=1).astimezone(UTC) != instant:
        return RejectReason.AMBIGUOUS_TIME
    return instant
