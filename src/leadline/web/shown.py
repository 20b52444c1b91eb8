"""How values are written for people: instants, days, numbers, countries, words of closed lists, text from evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

from leadline.vocabulary.words import word as word

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def visible(value: object) -> str:
    """Text from evidence with control, invisible and direction characters as escapes, so that none acts on a reader."""
    text = "" if value is None else str(value)
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def instant_of(value: object) -> datetime | None:
    """An instant from itself or from ISO 8601 text; None where there is none."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(str(value)).astimezone(UTC) if value else None


def day_text(value: object) -> str:
    """A day such as `9 Feb 2019`; the word `unknown` where there is none."""
    if value in (None, "", "unknown"):
        return "unknown"
    day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_text(value: object, *, seconds: bool = False) -> str:
    """An instant such as `9 Feb 2019 08:39 UTC`."""
    moment = instant_of(value)
    if moment is None:
        return "unknown"
    return f"{day_text(moment.date())} {moment.strftime('%H:%M:%S' if seconds else '%H:%M')} UTC"


def number_text(value: object) -> str:
    """A whole number with its thousands set apart; a dash where there is none."""
    return "–" if value in (None, "") else f"{int(str(value)):,}"


def span_text(seconds: float) -> str:
    """A span such as `about 3 min`."""
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 90 else f"about {minutes / 60:.1f} h"


def bytes_text(value: object) -> str:
    """A size such as `4.3 MB` (powers of ten)."""
    if value in (None, ""):
        return "unknown"
    size = int(str(value))
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)):
        if size >= 10**power:
            return f"{size / 10**power:.1f} {unit}"
    return f"{size} B"


@cache
def _countries() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return {code: name.strip() for code, name in rows}


def stated_country_text(code: object) -> str:
    """As :func:`country_text`, for a country that somebody states: `not stated` where it is empty."""
    return country_text(code) if code else "not stated"


def country_text(code: object) -> str:
    """A country's name by its ISO code; the code itself where it has none, `not attributed` where it is empty."""
    text = str(code or "")
    return _countries().get(text, text) or "not attributed"
