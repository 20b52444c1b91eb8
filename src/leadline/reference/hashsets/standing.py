"""What a category says about the order of work: a dated table of schemes, and `unverified` for all it does not have."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadline.reference.hashsets.contract import Category

STANDINGS = ("listed", "related", "unverified", "no-verdict", "not-pertinent", "ignorable")
"""Gravest first; the number of a standing is its place here."""


def standing_of(category: Category, *, role: str) -> int:
    """The number of the category's standing. A code that no known scheme explains needs a person: unverified.

    Older models number 0 and 5 the other way round, so these codes are unverified there. Only a set whose
    ``role`` is ignorable can make a file ignorable, whatever its codes say.
    """
    if role == "ignorable":
        return STANDINGS.index("ignorable")
    if not category.code:
        return STANDINGS.index("no-verdict")
    word = _table().get((category.scheme, category.country, category.version, category.code), "unverified")
    return STANDINGS.index("unverified" if word == "ignorable" else word)


@cache
def _table() -> dict[tuple[str, str, str, str], str]:
    text = files("leadline.reference.hashsets").joinpath("categories.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["scheme"], row["country"], row["version"], row["code"]): row["standing"] for row in rows}
