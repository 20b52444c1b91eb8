"""Which country a telephone number names by its calling code (ITU-T E.164)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def calling_codes() -> tuple[tuple[str, str], ...]:
    """Prefix (digits without `+`) and country; the longest prefix of a number holds.

    Codes that several countries share without a telling prefix are left out, above all `1` for the United
    States and Canada: such a number names no country here.
    """
    lines = files("leadline.reference").joinpath("calling_codes.csv").read_text(encoding="utf-8").splitlines()
    return tuple((row["prefix"], row["country"]) for row in csv.DictReader(lines, strict=True))
