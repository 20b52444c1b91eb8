"""A small cast of accounts, made by hand, whose links can be told by reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.synthetic.linked import LinkedWorld, Visit, write
from leadline.synthetic.linked_people import Account, People, Person

if TYPE_CHECKING:
    from pathlib import Path

_NOTHING: dict[str, Any] = {
    "country": "NZ", "recorded": True, "email": None, "phone": None, "display_name": None, "device": None,
    "signup": None, "goes_home": True,
}  # fmt: skip


def account(key: str, **stated: Any) -> Account:
    """An account that states what is given and nothing else."""
    return Account(key=key, person=0, **{**_NOTHING, **stated})


def cast(folder: Path, *accounts: Account, visits: dict[str, list[tuple[int, str, int]]] | None = None) -> Path:
    """Write a world of these accounts; ``visits`` are (address, kind, week) by account key."""
    nobody = Person("NZ", "", "", 0, None, 0, 0, "", "", "", "")
    number = {one.key: place for place, one in enumerate(accounts)}
    seen = [Visit(number[key], *visit) for key, listed in (visits or {}).items() for visit in listed]
    write(folder, LinkedWorld(People([nobody], list(accounts)), seen))
    return folder


def at_home(week: int = 1, *, address: int = 7) -> list[tuple[int, str, int]]:
    """One visit from an ordinary line."""
    return [(address, "access", week)]
