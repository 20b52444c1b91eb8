"""What may be said of an account in a package: a closed list; each order names its columns, and no other leaves."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from leadline.errors import WrongUsage
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFAULT = (
    "lead",
    "check",
    "account_key",
    "data_subject",
    "provider",
    "level",
    "score",
    "holder_certainty",
    "jurisdiction",
    "confidence",
    "first_access",
    "last_access",
    "days_active",
    "objects_opened",
    "objects_downloaded",
    "objects_added",
    "new_objects_added",
    "attempts",
    "bytes",
    "reasons",
    "caveats",
    "doubts",
    "unknowns",
    "next_check",
    "evidence_expires",
    "addresses",
    "requests",
)
"""The columns of an order where nobody says otherwise; none of them is a personal record of the provider."""
ON_REQUEST = (
    "email",
    "phone",
    "display_name",
    "declared_country",
    "payment_country",
    "created_at",
    "signup_ip",
    "holders",
)
"""Columns that an order must name."""
ALWAYS = frozenset({"lead", "check", "account_key", "data_subject"})
"""Columns of every order: by which both sides name a person, and what that person is in this content."""
TO_VERIFY = (
    "lead",
    "check",
    "account_key",
    "data_subject",
    "provider",
    "jurisdiction",
    "confidence",
    "first_access",
    "last_access",
    "caveats",
    "evidence_expires",
    "addresses",
    "requests",
)
"""All that a request to verify may say: where it points, and nothing of what was done or how grave it is."""
_CELLS = {"reasons": ("factor", "points"), "doubts": ("check", "state")}
"""What of a list's items stands in a cell; of others the address."""
_AS_IT_IS = (str, int, type(None))
SCORE_NOTE = "score: priority points in thousandths, an order of work; no probability and no measure of guilt."


@dataclass(frozen=True, slots=True)
class Required:
    """A check that must be answered before an account may be referred."""

    check: str
    reason: str


@cache
def required() -> tuple[Required, ...]:
    """The checks that may not be `unknown`, from `required_checks.csv`."""
    text = files("leadline.stages.referral").joinpath("required_checks.csv").read_text(encoding="utf-8")
    return tuple(Required(row["check"], row["reason"]) for row in csv.DictReader(text.splitlines()))


VICTIM = "reported-as-victim"
"""The doubt with which an account never goes to a partner as a lead: a report names it as a victim's."""


def read_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Columns of an order in the order of the closed list; :class:`WrongUsage` for one that it does not hold."""
    wanted = set(names)
    known = (*DEFAULT, *ON_REQUEST)
    strange = sorted(wanted - set(known))
    if strange:
        raise WrongUsage(f"no package may have a column {strange[0]!r}.", advice=f"Known: {', '.join(known)}.")
    return tuple(name for name in known if name in wanted | ALWAYS)


def values_of(row: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """The named columns of a fact's row as plain JSON values, and nothing else of it."""
    return {name: _plain(name, row[name]) for name in columns}


def text_of(name: str, value: object) -> str:
    """One value as the text of a cell: lists joined by `|`, reasons as `factor:points`, doubts as `check:state`."""
    if isinstance(value, list):
        keys = _CELLS.get(name, ("address",))
        return "|".join(_item(item, keys) for item in value)
    if name == "confidence" and isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)


def _item(item: object, keys: tuple[str, ...]) -> str:
    return ":".join([str(item[key]) for key in keys]) if isinstance(item, dict) else str(item)


def _plain(name: str, value: object) -> Any:
    if name == "confidence" and isinstance(value, int):
        return value / 1000
    if name == "evidence_expires" and value is None:
        return "unknown"
    return _json(value)


def _json(value: object) -> Any:
    if type(value) in _AS_IT_IS:  # nearly all of them, and a package holds millions
        return value
    match value:
        case datetime():
            return iso_z(value)
        case date():
            return value.isoformat()
        case list():
            return [_json(item) for item in value]
        case dict():
            return {key: _json(item) for key, item in value.items()}
    return value
