"""Instants: always in UTC, always written the same way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from leadline.errors import InputRefused

_ZONED = re.compile(r".*(Z|z|[+-][0-9]{2}:?[0-9]{2})\Z", re.ASCII)


def iso_z(instant: datetime) -> str:
    """ISO 8601 in UTC with ``Z``; microseconds only where there are any."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def parse_zoned(written: str) -> datetime | None:
    """The instant that an ISO 8601 text with a zone names; None when it names none or has no zone."""
    if not _ZONED.match(written):
        return None
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_date(written: str, *, where: str) -> date:
    """A calendar date as ``YYYY-MM-DD``; :class:`InputRefused` otherwise."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputRefused(f"{written!r} is no date.", where=where, advice="Write it as YYYY-MM-DD.") from error
