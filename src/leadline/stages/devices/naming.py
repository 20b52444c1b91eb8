"""Names from foreign file systems as text, and their times as instants."""

from __future__ import annotations

from datetime import UTC, datetime


def shown(name: bytes) -> str:
    """A name as text: UTF-8, every other byte and every control character as ``\\xNN``, so that nothing is lost."""
    text = name.decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def instant(seconds: float | None) -> datetime | None:
    """The instant of a file time in seconds since 1970; None where there is none, or none that a calendar has."""
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return None
