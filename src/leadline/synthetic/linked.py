"""Invents persons with several accounts, homes that persons share, and places where strangers meet: facts and truth.

The facts are written as tables of a lake, as the stages before `linkage` would write them, so that thousands of
persons cost seconds. `python -m leadline.synthetic.linked FOLDER --seed 1 --accounts 5000` writes one world.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables.accesses import AccessRow
from leadline.facts.tables.accounts import AccountRecordRow, ActivityRow
from leadline.facts.tables.attribution import SightingRow, SignupRow
from leadline.facts.tables.base import Fact, schema_of
from leadline.synthetic.chance import generator
from leadline.synthetic.linked_payments import with_payments
from leadline.synthetic.linked_people import Account, People, Person
from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    import numpy as np

BEGIN = datetime(2019, 1, 14, 9, 0, tzinfo=UTC)
WEEKS = 30
_PLACES = {"institution": 8, "shop": 4}
"""Places with an ordinary line and the number of guests that each has at most."""
SHARED_FROM = 5_000_000
"""Numbers of addresses that a network shares begin here, a million for each kind."""
_NETS = {"cgnat": 150, "vpn": 300, "tor": 300, "mobile": 40, "hosting": 100}
"""Addresses that a network shares, and the number of accounts that each serves."""


@dataclass(frozen=True)
class Visit:
    """One account at one address in one week."""

    account: int
    address: int
    kind: str
    week: int


@dataclass
class LinkedWorld:
    """An invented world: accounts, persons, and where each account was in which week."""

    people: People
    visits: list[Visit] = field(default_factory=list)


def invent_linked(seed: int, *, accounts: int = 5_000, careful: float = 0.02) -> LinkedWorld:
    """A world of so many accounts. ``careful`` is the share of second accounts whose holder keeps all apart."""
    rng = generator(seed, "linked")
    people = People.invent(rng, accounts, careful=careful)
    people.accounts = with_payments(generator(seed, "linked payments"), people)
    world = LinkedWorld(people)
    for number, account in enumerate(people.accounts):
        world.visits += _visits(rng, number, account, people.persons[account.person], accounts)
    return world


def _visits(rng: np.random.Generator, number: int, account: Account, person: Person, size: int) -> list[Visit]:
    """From home, if there is one, from a place with guests, and from shared networks, over some weeks."""
    first = int(rng.integers(0, WEEKS - 8))
    weeks = first + rng.integers(0, 8, size=int(rng.integers(1, 7)))
    found = []
    for week in weeks.tolist():
        lot = rng.random()
        if account.goes_home and person.home is not None and lot < 0.7:
            address = person.home if week < person.moves_in else person.later_home
            found.append(Visit(number, address, "access", week))
        elif lot < 0.76:
            kind = "institution" if rng.random() < 0.8 else "shop"
            room = int(rng.integers(0, max(1, size // (_PLACES[kind] * 15))))
            found.append(Visit(number, 3_000_000 + 100_000 * (kind == "shop") + room, "access", week))
        else:
            kind = str(rng.choice(list(_NETS), p=(0.35, 0.25, 0.05, 0.3, 0.05)))
            room = int(rng.integers(0, max(1, size // _NETS[kind])))
            found.append(Visit(number, SHARED_FROM + 1_000_000 * list(_NETS).index(kind) + room, kind, week))
    return found


def write(folder: Path, world: LinkedWorld) -> None:
    """Write the tables that `linkage` reads as a lake in ``folder``, and `persons.csv` with the truth beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    with Engine(spill=folder / "spill", threads=1, memory_mb=1500) as engine:
        for fact, rows in _facts(world).items():
            engine.table(fact.table, pa.Table.from_pylist(rows, schema=_open(fact)))
            Lake(folder).write(engine, fact)
    with (folder / "persons.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["account", "person", "household"])
        for one in world.people.accounts:
            out.writerow([one.key, f"p{one.person}", f"h{world.people.persons[one.person].household}"])


def _open(fact: type[Fact]) -> pa.Schema:
    return pa.schema([one.with_nullable(nullable=True) for one in schema_of(fact)])


def _facts(world: LinkedWorld) -> dict[type[Fact], list[dict[str, Any]]]:
    texts = {visit.address: address_text(visit.address) for visit in world.visits}
    keys = {number: (found.key if (found := parse_address(text)) else "") for number, text in texts.items()}
    crowd: dict[int, set[int]] = {}
    for visit in world.visits:
        crowd.setdefault(visit.address, set()).add(visit.account)
    return {
        AccountRecordRow: _records(world),
        ActivityRow: _activity(world),
        AccessRow: [_access(world, line, visit, texts, keys) for line, visit in enumerate(world.visits, 1)],
        SignupRow: _signups(world),
        SightingRow: _sightings(world, texts, keys, {place: len(who) for place, who in crowd.items()}),
    }


def _records(world: LinkedWorld) -> list[dict[str, Any]]:
    return [
        {
            "account_key": one.key, "records": 1, "file": 1, "line": line, "email": one.email, "phone": one.phone,
            "display_name": one.display_name, "declared_country": one.country,
            "device_id": one.device, "payment_token": one.payment,
            "signup_ip": None if one.signup is None else address_text(one.signup),
        }
        for line, one in enumerate(world.people.accounts, 2)
        if one.recorded
    ]  # fmt: skip


def _signups(world: LinkedWorld) -> list[dict[str, Any]]:
    """What the tables say of sign-up addresses: a line, or a network that many share."""
    found = []
    for one in world.people.accounts:
        address = None if one.signup is None or not one.recorded else parse_address(address_text(one.signup))
        if one.signup is not None and address is not None:
            kind = "access" if one.signup < SHARED_FROM else list(_NETS)[(one.signup - SHARED_FROM) // 1_000_000]
            found.append({"account_key": one.key, "address": address.key, "remote_ip": address.text, "kinds": [kind]})
    return found


def _activity(world: LinkedWorld) -> list[dict[str, Any]]:
    numbers = [name for name, kind in zip(schema_of(ActivityRow).names, schema_of(ActivityRow).types, strict=True)
               if kind == pa.int64()]  # fmt: skip
    zeros = dict.fromkeys(numbers, 0)
    return [
        {**zeros, "account_key": one.key, "first_access": BEGIN, "last_access": BEGIN} for one in world.people.accounts
    ]


def _access(world: LinkedWorld, line: int, visit: Visit, texts: dict[int, str], keys: dict[int, str]) -> dict[str, Any]:
    moment = BEGIN + timedelta(weeks=visit.week, minutes=line % 5_000)
    return {
        "account_key": world.people.accounts[visit.account].key, "accessed_at": moment, "time_text": "",
        "zone_stated": True, "address": keys[visit.address], "remote_ip": texts[visit.address], "action": "view",
        "object_key": "o", "succeeded": True, "is_head": False, "file": 2, "line": line, "relevant": True,
        "seen_twice": False,
    }  # fmt: skip


def _sightings(
    world: LinkedWorld, texts: dict[int, str], keys: dict[int, str], crowd: dict[int, int]
) -> list[dict[str, Any]]:
    seen: dict[tuple[int, int], list[Visit]] = {}
    for visit in world.visits:
        seen.setdefault((visit.account, visit.address), []).append(visit)
    return [
        {
            "account_key": world.people.accounts[account].key, "address": keys[address], "remote_ip": texts[address],
            "period": 0, "kind": visits[0].kind, "country": "", "countries_named": [], "holder": "",
            "disagree": False, "carries": False, "accesses": len(visits), "without_port": 0, "first_access": BEGIN,
            "last_access": BEGIN, "accounts_here": crowd[address], "table_newer": False, "table_age_days": 0,
        }
        for (account, address), visits in seen.items()
    ]  # fmt: skip


def address_text(number: int) -> str:
    """The address of a number: one of 240.0.0.0/4."""
    return f"{240 + (number >> 24)}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def main(arguments: list[str] | None = None) -> None:
    """Write one world into a folder."""
    parser = argparse.ArgumentParser(prog="python -m leadline.synthetic.linked", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accounts", type=int, default=5_000)
    parser.add_argument("--careful", type=float, default=0.02)
    given = parser.parse_args(arguments)
    write(given.folder, invent_linked(given.seed, accounts=given.accounts, careful=given.careful))


if __name__ == "__main__":
    main()
