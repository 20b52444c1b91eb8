"""Which country codes there are: ISO 3166-1 alpha-2, from the pinned time-zone data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_NO_COUNTRY = frozenset({"", "-", "??", "ZZ", "XX", "EU", "AP", "A1", "A2", "O1", "T1"})
"""What address tables write where they name no country: regions, proxies, unknown."""
_ALSO = frozenset({"XK"})
"""Kosovo: a code in common use that the standard leaves to its readers."""


@cache
def codes() -> frozenset[str]:
    """Every code that may stand for a country."""
    text = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    return _ALSO | {line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#")}


_SAME = {"UK": "GB"}
"""Codes that are reserved as another spelling of a country's own."""


def read_country(text: str) -> str | None:
    """The code that ``text`` names, `""` where it names no country on purpose, None where it is no code."""
    code = text.strip().upper()
    if code in _NO_COUNTRY:
        return ""
    return _SAME.get(code, code) if code in codes() or code in _SAME else None
