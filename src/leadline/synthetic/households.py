"""Which invented accounts belong to one person, and which persons share a home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from leadline.synthetic.chance import Flags, Ints


def persons_and_homes(
    rng: np.random.Generator, country: Ints, *, shares_home: Flags, nz: Flags, nz_persons: int
) -> tuple[Ints, Ints, Ints]:
    """Person, household and home of each account, as numbers of accounts that stand for them.

    Outside New Zealand about one account in twelve is a second one of somebody, and one in twenty belongs to a
    person who shares a home with another. In New Zealand there are exactly ``nz_persons`` persons.
    """
    person = np.arange(len(country))
    household = person.copy()
    home = person.copy()
    _join_nz(rng, np.flatnonzero(nz), nz_persons, person)
    seconds, partners = _neighbours(rng, country, shares_home & ~nz)
    for later, earlier in seconds:
        person[later], household[later], home[later] = earlier, earlier, earlier
    for later, earlier in partners:
        household[later], home[later] = earlier, earlier
    household = np.where(nz, person, household)
    return person, household, home


def _join_nz(rng: np.random.Generator, accounts: Ints, persons: int, person: Ints) -> None:
    """Each of the first accounts is a person; each of the rest is a second account of one of them."""
    persons = min(persons, len(accounts))
    person[accounts[persons:]] = rng.choice(accounts[:persons], size=len(accounts) - persons)


def _neighbours(
    rng: np.random.Generator, country: Ints, eligible: Flags
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs of accounts of one country: (second account, first) of a person, and (partner, other) of a home."""
    rows = rng.permutation(np.flatnonzero(eligible))
    rows = rows[np.argsort(country[rows], kind="stable")]
    left, right = rows[0 : len(rows) - 1 : 2], rows[1 : len(rows) : 2]
    together = country[left] == country[right]
    left, right = left[together], right[together]
    lot = rng.random(len(left))
    seconds = list(zip(right[lot < 0.30].tolist(), left[lot < 0.30].tolist(), strict=True))
    couples = (lot >= 0.30) & (lot < 0.48)
    return seconds, list(zip(right[couples].tolist(), left[couples].tolist(), strict=True))
