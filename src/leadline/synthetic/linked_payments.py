"""By what invented persons pay: most for nothing, some couples by one card, a shop's card for strangers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from leadline.synthetic.linked_people import Account, People

PAYERS = 0.2
"""Share of the persons who pay for anything."""
SHARED = 0.3
"""Share of those who live with a person before them and pay by that person's card."""
AGAIN = 0.75
"""Share of the further accounts that a payer pays for by the same card."""
TRAP = "voucher-counter-7"
"""By this a shop pays for whoever asks."""


def with_payments(rng: np.random.Generator, people: People) -> list[Account]:
    """The accounts, some with a token. A holder who keeps an account apart pays nothing for it."""
    cards = _cards(rng, people)
    lots = rng.random((len(people.accounts), 2)).tolist()
    seen: set[int] = set()
    accounts = []
    for one, (first, second) in zip(people.accounts, lots, strict=True):
        card = cards[one.person]
        further = one.person in seen
        seen.add(one.person)
        if second < 0.003:
            card = TRAP
        elif not one.goes_home or (further and first > AGAIN):
            card = None
        accounts.append(replace(one, payment=card))
    return accounts


def _cards(rng: np.random.Generator, people: People) -> list[str | None]:
    """The card of each person, None for one who pays nothing."""
    cards: list[str | None] = []
    lots = rng.random((len(people.persons), 2)).tolist()
    for number, (person, (pays, shares)) in enumerate(zip(people.persons, lots, strict=True)):
        own = f"card-{number:07d}" if pays < PAYERS else None
        lives_with_other = number > 0 and people.persons[number - 1].household == person.household
        cards.append(cards[-1] if own and lives_with_other and shares < SHARED else own)
    return cards
