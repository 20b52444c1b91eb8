"""The lines of one invented log before they become text: relevant accesses among everything else, in time order."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic import clients
from leadline.synthetic.accesses import DOWNLOAD, LIST, NO_SIZE, UPLOAD, VIEW, Accesses
from leadline.synthetic.chance import Ints, mixed
from leadline.synthetic.months import BEGIN
from leadline.synthetic.places import passers_by
from leadline.synthetic.population import WEB, Population

if TYPE_CHECKING:
    from leadline.synthetic.requests import Requests

PLAIN, SPELLED = 0, 1
"""How an address is written: as usual, or as IPv4-mapped IPv6 or with a zone id."""
_OTHER_STATUS = np.array((200,) * 14 + (304, 304, 302, 404, 404, 403, 500), dtype=np.int64)


@dataclass(frozen=True)
class Lines:
    """One entry a line; all arrays have the same length."""

    at: Ints
    key: Ints
    """Number of the account's key; -1: none."""
    address: Ints
    style: Ints
    port: Ints
    request: Ints
    """Number in `Requests`."""
    status: Ints
    size: Ints
    client: Ints
    fault: Ints
    """0: readable; else a number in `faults.REASONS`."""
    access: Ints
    """Number of the relevant access; -1: another line."""

    def __len__(self) -> int:
        return len(self.at)

    def slice(self, first: int, after: int) -> Lines:
        """The entries from ``first`` up to ``after``."""
        return Lines(**{field.name: getattr(self, field.name)[first:after] for field in fields(self)})

    def merged(self, more: Lines) -> Lines:
        """These and more in time order."""
        at = np.concatenate((self.at, more.at))
        order = np.argsort(at, kind="stable")
        return Lines(
            **{
                field.name: np.concatenate((getattr(self, field.name), getattr(more, field.name)))[order]
                for field in fields(self)
            }
        )


def of_accesses(population: Population, requests: Requests, accesses: Accesses, rows: Ints) -> Lines:
    """Lines of the relevant accesses ``rows``."""
    some = accesses.take(rows)
    named = some.account >= 0
    lot = mixed(some.at, some.account + 2, below=1 << 16)
    return Lines(
        at=some.at,
        key=np.where(named, population.record[some.account], -1),
        address=some.address,
        style=_styles(lot),
        port=some.port,
        request=np.where(some.action == LIST, requests.of_listings(lot), requests.of_objects(some.action, some.item)),
        status=some.status,
        size=some.size,
        client=clients.numbers_of(population, some.account, some.agent, some.channel),
        fault=np.zeros(len(some), dtype=np.int64),
        access=rows,
    )


@dataclass(frozen=True)
class Bustle:
    """How much else happens in a log."""

    begin: int
    end: int
    readable: int
    faults: Ints
    """One number of `faults.REASONS` for each malformed line."""
    channel: int
    records: int


def bustle(rng: np.random.Generator, population: Population, requests: Requests, much: Bustle) -> Lines:
    """Lines that are no relevant access, malformed ones among them, in no order."""
    count = much.readable + len(much.faults)
    key = np.where(rng.random(count) < 0.7, (rng.random(count) ** 1.3 * much.records).astype(np.int64), -1)
    seen_as = np.where(key >= 0, key, rng.integers(0, much.records * 3, count) + (1 << 30))
    lot = rng.integers(0, 1 << 30, count)
    day_part = rng.integers(0, 3, count) * 5 * 3600
    at = np.minimum(rng.integers(much.begin, much.end, count) // 86_400 * 86_400 + 7200 + day_part, much.end - 1)
    at = np.clip(at + rng.integers(0, 36_000, count), max(much.begin, BEGIN), much.end - 1)
    return Lines(
        at=at,
        key=key,
        address=passers_by(seen_as),
        style=_styles(lot),
        port=1024 + lot % 64_000,
        request=_requests(rng, requests, lot, much.channel),
        status=_OTHER_STATUS[lot // 7 % len(_OTHER_STATUS)],
        size=np.where(lot % 17 == 0, NO_SIZE, 200 + lot % 90_000),
        client=clients.numbers_of(population, np.full(count, -1), seen_as, np.full(count, much.channel)),
        fault=np.concatenate((np.zeros(much.readable, dtype=np.int64), much.faults)),
        access=np.full(count, -1),
    )


def _requests(rng: np.random.Generator, requests: Requests, lot: Ints, channel: int) -> Ints:
    kind = rng.random(len(lot))
    views = requests.of_objects(np.full(len(lot), VIEW), requests.elsewhere(lot))
    fetched = requests.of_objects(np.full(len(lot), DOWNLOAD), requests.elsewhere(lot))
    added = requests.of_objects(np.full(len(lot), UPLOAD), requests.stray(lot))
    opened = requests.of_objects(np.full(len(lot), VIEW), requests.stray(lot))
    listed = requests.of_other_listings(lot)
    pages = requests.of_pages(lot) if channel == WEB else views
    bounds = (0.02, 0.04, 0.06, 0.14, 0.45)
    return np.select([kind < bound for bound in bounds], [listed, added, opened, fetched, views], pages)


def _styles(lot: Ints) -> Ints:
    return np.where(lot % 211 == 0, SPELLED, PLAIN)
