"""Which partners answer for a jurisdiction: data of the register and dated groups of states, never a typed address."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage
from leadline.reference.countries import read_country
from leadline.reference.partners.partner import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadline.reference.partners.partner import Partner


@cache
def _groups() -> tuple[tuple[str, str, date, date], ...]:
    text = files("leadline.reference.partners").joinpath("groups.csv").read_text(encoding="utf-8")
    return tuple(
        (
            row["group"],
            row["country"],
            date.fromisoformat(row["since"]),
            date.fromisoformat(row["until"]) if row["until"] else date.max,
        )
        for row in csv.DictReader(text.splitlines())
    )


def members(group: str, day: date) -> frozenset[str]:
    """The states of a group on that day; empty where there is no such group."""
    return frozenset(code for name, code, since, until in _groups() if name == group and since <= day <= until)


def recipients(partners: Iterable[Partner], code: str, day: date) -> tuple[Partner, ...]:
    """Who gets what belongs to a state: partners that name it and those of a group it is in, else those for `*`."""
    listed = sorted(partners, key=lambda one: one.code)
    near = [one for one in listed if _answers(one, code, day)]
    return tuple(near or [one for one in listed if ANYWHERE in one.jurisdictions])


def covered(partner: Partner, codes: Iterable[str], partners: Iterable[Partner], day: date) -> tuple[str, ...]:
    """Those of ``codes`` that go to this partner."""
    known = tuple(partners)
    return tuple(sorted(code for code in set(codes) if code and partner in recipients(known, code, day)))


def one_each(partner: Partner) -> bool:
    """Whether each state gets a package of its own: a group and INTERPOL pass on, state by state."""
    return any(place == ANYWHERE or members(place, date.max) or _is_group(place) for place in partner.jurisdictions)


def read_jurisdictions(written: Iterable[str]) -> tuple[str, ...]:
    """ISO codes, groups and `*`; :class:`WrongUsage` for anything else."""
    found = []
    for text in written:
        place = text.strip().upper()
        code = place if place == ANYWHERE or _is_group(place) else read_country(place)
        if not code:
            raise WrongUsage(f"{text!r} is no jurisdiction.", advice="Write ISO codes such as NZ, EU, or *.")
        found.append(code)
    return tuple(found)


def _answers(partner: Partner, code: str, day: date) -> bool:
    return any(place == code or code in members(place, day) for place in partner.jurisdictions)


def _is_group(place: str) -> bool:
    return any(name == place for name, *_ in _groups())
