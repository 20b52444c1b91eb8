"""Invented persons and what they tell a provider: names, mailboxes, telephones, devices, and the traps among them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from leadline.synthetic.countries import CALLING

if TYPE_CHECKING:
    import numpy as np

COUNTRIES = ("NZ", "AU", "DE", "FR", "NL", "SE", "ES", "IT", "GB", "JP")
_SYLLABLES = (
    "ba",
    "dro",
    "fel",
    "gi",
    "ko",
    "lum",
    "mar",
    "nev",
    "pol",
    "quin",
    "ras",
    "sol",
    "tav",
    "ul",
    "ver",
    "zim",
)
_DOMAINS = ("mail.example", "post.example", "box.example", "letters.example", "inbox.example")
_HANDLES = ("tiger", "river", "comet", "maple", "falcon", "pixel", "ember", "nova", "orbit", "cedar")
TRAPS = {"device": "web-client-0001", "email": "noreply@shop.example", "phone": "+64 0000 999999"}
"""Identifiers that many strangers state: a placeholder, a reseller's mailbox, a switchboard."""


@dataclass(frozen=True)
class Person:
    """One invented person; ``home`` is the number of an address, None for one without a line of their own."""

    country: str
    given: str
    family: str
    household: int
    home: int | None
    later_home: int
    moves_in: int
    """Week from which ``later_home`` is used; a stranger may have had that address before."""
    mailbox: str
    domain: str
    phone: str
    device: str


@dataclass(frozen=True)
class Account:
    """One invented account and what its holder told the provider."""

    key: str
    person: int
    country: str
    recorded: bool
    email: str | None
    phone: str | None
    display_name: str | None
    device: str | None
    signup: int | None
    goes_home: bool
    payment: str | None = None


@dataclass
class People:
    """All persons and accounts of a world."""

    persons: list[Person]
    accounts: list[Account]
    _taken: dict[tuple[str, str], int] = field(default_factory=dict)
    _owner: dict[str, int] = field(default_factory=dict)
    _just_added: int = 0

    @classmethod
    def invent(cls, rng: np.random.Generator, accounts: int, *, careful: float) -> People:
        """Persons, about one in six with a second account, until there are so many accounts."""
        people = cls([], [])
        while len(people.accounts) < accounts:
            people._add_home(rng)
            for number in range(len(people.persons) - people._just_added, len(people.persons)):
                people._add_accounts(rng, number, careful=careful)
        del people.accounts[accounts:]
        order = rng.permutation(accounts)
        people.accounts = [
            replace(one, key=f"u{int(place):07d}") for one, place in zip(people.accounts, order, strict=True)
        ]
        return people

    def _add_home(self, rng: np.random.Generator) -> None:
        """One person, or two or three of one home."""
        lot = rng.random()
        size = 1 if lot < 0.955 else 2 if lot < 0.99 else 3
        first = len(self.persons)
        country, family = str(rng.choice(COUNTRIES)), _word(rng, 3, of=900)
        home = None if rng.random() < 0.15 else first
        lot = rng.random()
        later, moves = (max(0, first - 40), 15) if lot < 0.02 else (first, 99)
        given = rng.choice(200, size=size, replace=False)
        for one in given.tolist():
            name = _nth_word(one, 2)
            person = _person(rng, len(self.persons), country, name, family, first, home, later, moves)
            self.persons.append(self._with_own_mailbox(person))
            if rng.random() < 0.5:
                family = _word(rng, 3, of=900)
        self._just_added = size

    def _with_own_mailbox(self, person: Person) -> Person:
        """No two persons have one mailbox: who comes later adds a figure."""
        place = (person.mailbox, person.domain)
        self._taken[place] = self._taken.get(place, 0) + 1
        return person if self._taken[place] == 1 else replace(person, mailbox=f"{person.mailbox}{self._taken[place]}")

    def _own(self, email: str | None, number: int) -> str | None:
        """The mailbox, or another where a stranger has it already."""
        if email is None or self._owner.setdefault(email.casefold(), number) == number:
            return email
        return f"{number}.{email}"

    def _add_accounts(self, rng: np.random.Generator, number: int, *, careful: float) -> None:
        person = self.persons[number]
        other = number - 1 if number and self.persons[number - 1].household == person.household else None
        first = _first_account(rng, number, person, None if other is None else self.persons[other])
        self.accounts.append(first)
        self._own(first.email, number)
        while rng.random() < 0.16:
            further = _further_account(rng, first, person, careful=careful)
            self.accounts.append(replace(further, email=self._own(further.email, number)))


def _person(
    rng: np.random.Generator, number: int, country: str, given: str, family: str, household: int, home: int | None,
    later: int, moves: int,
) -> Person:  # fmt: skip
    mailbox = str(rng.choice([f"{given}.{family}", f"{given[0]}{family}{rng.integers(10, 99)}", _handle(rng)]))
    return Person(
        country, given, family, household, home, later, moves, mailbox, str(rng.choice(_DOMAINS)),
        f"+{CALLING[country]} 0000 {number % 1_000_000:06d}", f"dev-{number:08x}",
    )  # fmt: skip


def _first_account(rng: np.random.Generator, number: int, person: Person, other: Person | None) -> Account:
    """Most tell the truth; some state what everyone states, or a key of the person they live with."""
    lot = rng.random()
    lent = other if other is not None else person
    return Account(
        key="",
        person=number,
        country=_stated_country(rng, person),
        recorded=rng.random() >= 0.005,
        email=_maybe(rng, 0.95, TRAPS["email"] if lot < 0.01 else _mail(rng, lent if lot > 0.997 else person)),
        phone=_maybe(rng, 0.55, TRAPS["phone"] if lot < 0.02 else (lent if 0.90 < lot < 0.96 else person).phone),
        display_name=_shown(rng, person),
        device=_maybe(rng, 0.98, TRAPS["device"] if lot < 0.015 else (lent if 0.87 < lot < 0.90 else person).device),
        signup=_maybe_number(rng, person),
        goes_home=True,
    )


def _further_account(rng: np.random.Generator, first: Account, person: Person, *, careful: float) -> Account:
    """Another account of the same person: some of it the same, some of it near, some of it new."""
    apart = rng.random() < careful
    lot = 1.0 if apart else rng.random()
    device = f"dev-{rng.integers(1 << 40):010x}"
    return replace(
        first,
        country=_stated_country(rng, person),
        recorded=rng.random() >= 0.005,
        email=_maybe(rng, 0.95, _second_mail(rng, first, person, lot)),
        phone=_maybe(
            rng, 0.5, _rewritten(rng, person) if not apart and rng.random() < 0.75 else _new_phone(rng, person)
        ),
        display_name=_handle(rng) if apart else _second_name(rng, first, person),
        device=_maybe(rng, 0.98, person.device if not apart and rng.random() < 0.97 else device),
        signup=None if apart else _maybe_number(rng, person),
        goes_home=not apart,
    )


def _stated_country(rng: np.random.Generator, person: Person) -> str:
    return str(rng.choice(COUNTRIES)) if rng.random() < 0.04 else person.country


def _second_mail(rng: np.random.Generator, first: Account, person: Person, lot: float) -> str:
    if lot < 0.15 and first.email:
        return first.email.upper() if rng.random() < 0.5 else first.email
    if lot < 0.25:
        return f"{person.mailbox}+{_HANDLES[int(rng.integers(10))]}@{person.domain}"
    if lot < 0.50:
        return f"{person.mailbox}@{rng.choice(_DOMAINS)}"
    if lot < 0.72:
        return f"{person.mailbox}{rng.integers(100, 999)}@{rng.choice(_DOMAINS)}"
    return f"{_handle(rng)}@{rng.choice(_DOMAINS)}"


def _second_name(rng: np.random.Generator, first: Account, person: Person) -> str | None:
    lot = rng.random()
    if lot < 0.45:
        return first.display_name
    if lot < 0.60:
        return f"{person.given[0].upper()}. {person.family.title()}"
    if lot < 0.63:
        return f"{_word(rng, 2, of=200).title()} {_word(rng, 3, of=900).title()}"
    return _handle(rng) if lot < 0.85 else None


def _shown(rng: np.random.Generator, person: Person) -> str | None:
    lot = rng.random()
    if lot < 0.55:
        return f"{person.given.title()} {person.family.title()}"
    return _handle(rng) if lot < 0.82 else None


def _mail(rng: np.random.Generator, person: Person) -> str:
    text = f"{person.mailbox}@{person.domain}"
    return text.title() if rng.random() < 0.2 else text


def _rewritten(rng: np.random.Generator, person: Person) -> str:
    """The same number as another hand would write it."""
    digits = person.phone.replace(" ", "")
    return str(rng.choice([person.phone, digits, f"{digits[:5]}-{digits[5:]}", f"({digits[:4]}) {digits[4:]}"]))


def _new_phone(rng: np.random.Generator, person: Person) -> str:
    return f"+{CALLING[person.country]} 0000 {rng.integers(1_000_000):06d}"


def _maybe(rng: np.random.Generator, share: float, value: str) -> str | None:
    return value if rng.random() < share else None


def _maybe_number(rng: np.random.Generator, person: Person) -> int | None:
    """The address at sign-up: from home, from a network that many share, or not stated."""
    lot = rng.random()
    if lot < 0.5 and person.home is not None:
        return person.home
    return 5_000_000 + int(rng.integers(0, 30)) if lot < 0.7 else None


def _handle(rng: np.random.Generator) -> str:
    return f"{_HANDLES[int(rng.integers(10))]}{_HANDLES[int(rng.integers(10))]}{rng.integers(10, 9999)}"


def _word(rng: np.random.Generator, syllables: int, *, of: int) -> str:
    """One of so many words; the first ones are met far more often, as names are."""
    return _nth_word(int(of * rng.random() ** 2), syllables)


def _nth_word(number: int, syllables: int) -> str:
    return "".join(_SYLLABLES[number // 16**place % 16] for place in range(syllables))
