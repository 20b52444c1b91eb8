"""The eight months of the invented operation, and instants as the invented logs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from leadline.synthetic.chance import Ints

DAY = 86_400
FIRST = date(2019, 1, 1)
AFTER = date(2019, 9, 1)
DAYS = (AFTER - FIRST).days
MONTHS = tuple(date(2019, month, 1) for month in range(1, 9))
RECEIVED = "2019-09-20T02:15:00Z"


def instant(day: date) -> int:
    """Seconds since 1970 at which ``day`` begins in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


BEGIN = instant(FIRST)
END = instant(AFTER)
MONTH_STARTS = np.array([instant(day) for day in (*MONTHS, AFTER)], dtype=np.int64)
_SUMMER_ENDS = int(datetime(2019, 4, 6, 14, tzinfo=UTC).timestamp())
"""When New Zealand's daylight time of 2019 ended; the portal's servers write local time with its offset."""
_DATES = [FIRST + timedelta(days=number) for number in range(-1, DAYS + 2)]
_CLOCK = [f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(DAY)]


def month_of(at: Ints) -> Ints:
    """Number of the month, from 0, of each instant."""
    return np.asarray(np.searchsorted(MONTH_STARTS, at, side="right") - 1, dtype=np.int64)


class PortalClock:
    """Instants as the portal's web servers write them: `01/Mar/2019:09:30:00 +1300`, in two pieces."""

    def __init__(self) -> None:
        self._days = pa.array([day.strftime("%d/%b/%Y:") for day in _DATES])
        self._times = pa.array([f'{time} {zone}] "' for zone in ("+1300", "+1200") for time in _CLOCK])

    def pieces(self, at: Ints) -> tuple[Any, Any]:
        """The day's text and the rest up to the quote that opens the request."""
        winter = (at >= _SUMMER_ENDS).astype(np.int64)
        local = at + 13 * 3600 - winter * 3600
        day, second = _day_and_second(local)
        return self._days.take(pa.array(day)), self._times.take(pa.array(second + winter * DAY))


class IsoClock:
    """Instants in ISO 8601 with `Z`, in two pieces."""

    def __init__(self) -> None:
        self._days = pa.array([f"{day.isoformat()}T" for day in _DATES])
        self._times = pa.array([f"{time}Z" for time in _CLOCK])

    def pieces(self, at: Ints) -> tuple[Any, Any]:
        """The day's text and the time's."""
        day, second = _day_and_second(at)
        return self._days.take(pa.array(day)), self._times.take(pa.array(second))


def _day_and_second(local: Ints) -> tuple[Ints, Ints]:
    since = local - BEGIN + DAY
    return since // DAY, since % DAY


def iso(at: int) -> str:
    """One instant in ISO 8601 with `Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
