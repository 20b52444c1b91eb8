"""The relevant accesses of an invented operation: who opened, fetched, added or listed what, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.chance import Flags, Ints, drawn, generator, mixed
from leadline.synthetic.moments import instants_of
from leadline.synthetic.months import BEGIN, END
from leadline.synthetic.population import (
    ACCIDENT,
    API,
    APP,
    ATTEMPTS,
    COMPROMISED,
    WEB,
    Population,
)

if TYPE_CHECKING:
    from leadline.synthetic.collection import Collection
    from leadline.synthetic.scale import Scale

ACTIONS = ("view", "download", "upload", "share", "delete", "list", "peek")
VIEW, DOWNLOAD, UPLOAD, SHARE, DELETE, LIST, PEEK = range(len(ACTIONS))
"""`peek` is a HEAD request: an access that opens nothing."""
_HABITS = np.array(
    (
        (0.89, 0.00, 0.00, 0.01, 0.00, 0.09, 0.01),  # viewer
        (0.44, 0.45, 0.00, 0.02, 0.00, 0.08, 0.01),  # downloader
        (0.50, 0.28, 0.01, 0.06, 0.02, 0.12, 0.01),  # contributor
        (1.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),  # accident
        (0.70, 0.30, 0.00, 0.00, 0.00, 0.00, 0.00),  # attempts
        (0.00, 0.00, 0.00, 0.00, 0.00, 1.00, 0.00),  # listing
        (0.40, 0.00, 0.00, 0.00, 0.00, 0.00, 0.60),  # robot
        (0.80, 0.00, 0.00, 0.00, 0.00, 0.10, 0.10),  # crawler
        (0.45, 0.50, 0.00, 0.00, 0.00, 0.05, 0.00),  # compromised
    )
)
_SUCCESS = np.array((200, 200, 201, 200, 204, 200, 200), dtype=np.int64)
_FAILURES = np.array((403, 404, 500, 302, 429), dtype=np.int64)
NO_STATUS = 0
NO_SIZE = -1


@dataclass(frozen=True)
class Accesses:
    """One entry an access that is relevant; all arrays have the same length."""

    at: Ints
    account: Ints
    """Number in the population; -1: the line names none."""
    action: Ints
    item: Ints
    """Number of the object; -1 for a listing of the cache."""
    status: Ints
    """HTTP status; NO_STATUS where the line carries none."""
    size: Ints
    """Bytes sent; NO_SIZE where the line does not say."""
    agent: Ints
    channel: Ints
    address: Ints
    """See `networks`."""
    port: Ints

    def __len__(self) -> int:
        return len(self.at)

    def succeeded(self) -> Flags:
        """Whether each did what it asked for."""
        done = ((self.status >= 200) & (self.status < 300)) | np.isin(self.status, (304, NO_STATUS))
        return np.asarray(done, dtype=np.bool_)

    def take(self, rows: Ints | Flags) -> Accesses:
        """Some of the entries, in the order asked for."""
        return Accesses(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def joined(self, more: Accesses) -> Accesses:
        """These and more."""
        pairs = {field.name: (getattr(self, field.name), getattr(more, field.name)) for field in fields(self)}
        return Accesses(**{name: np.concatenate(pair) for name, pair in pairs.items()})


def access(scale: Scale, seed: int, population: Population, collection: Collection) -> Accesses:
    """Invent all relevant accesses, by account and then by time; addresses are still unset."""
    rng = generator(seed, "accesses")
    named = np.repeat(np.arange(len(population)), population.accesses)
    nameless = np.full(max(3, scale.accounts * scale.depth // 50), -1)
    at = np.concatenate((instants_of(rng, population, named), rng.integers(BEGIN, END, len(nameless))))
    account = np.concatenate((named, nameless))
    conduct = np.where(account >= 0, population.conduct[account], 0)
    channel = np.where(account >= 0, population.channel[account], WEB)
    action = drawn(rng, conduct, _HABITS)
    action[(action == PEEK) & np.isin(channel, (APP, API))] = VIEW
    item = np.where(action == LIST, -1, _items(rng, collection, at))
    uploads = np.flatnonzero(collection.uploaded)
    adder = collection.added_by[uploads]
    drafted = Accesses(
        at=np.concatenate((at, collection.added_at[uploads])),
        account=np.concatenate((account, adder)),
        action=np.concatenate((action, np.full(len(uploads), UPLOAD))),
        item=np.concatenate((item, uploads)),
        status=np.concatenate((np.full(len(at), -1), np.full(len(uploads), 201))),
        size=np.full(len(at) + len(uploads), NO_SIZE),
        agent=np.zeros(len(at) + len(uploads), dtype=np.int64),
        channel=np.concatenate((channel, population.channel[adder])),
        address=np.zeros(len(at) + len(uploads), dtype=np.int64),
        port=rng.integers(1024, 65_536, len(at) + len(uploads)),
    )
    drafted = drafted.take(np.lexsort((drafted.item, drafted.at, drafted.account)))
    return _dressed(rng, population, collection, drafted)


def _items(rng: np.random.Generator, collection: Collection, at: Ints) -> Ints:
    """For each instant an object, mostly one that stood in the cache then, the old ones more often."""
    order = np.argsort(collection.added_at, kind="stable")
    standing = np.searchsorted(collection.added_at[order], at, side="right")
    astray = rng.random(len(at)) < 0.01
    reach = np.where(astray, len(collection), np.maximum(standing, 1))
    first, second = (order[(rng.random(len(at)) ** 1.6 * reach).astype(np.int64)] for _ in range(2))
    gone = (collection.removed_at[first] <= at) & ~astray & (rng.random(len(at)) < 0.9)
    return np.where(gone, second, first)


def _dressed(rng: np.random.Generator, population: Population, collection: Collection, drafted: Accesses) -> Accesses:
    """The accesses with outcome, size and client."""
    status = _statuses(rng, population, collection, drafted)
    size = _sizes(rng, collection, drafted, status)
    own = population.agent[drafted.account]
    second = mixed(own, np.asarray(drafted.at // (86_400 * 90)), below=10) == 0
    agent = np.where(drafted.account >= 0, own + second, rng.integers(0, 1 << 30, len(drafted)))
    return replace(drafted, status=status, size=size, agent=agent)


def _statuses(rng: np.random.Generator, population: Population, collection: Collection, drafted: Accesses) -> Ints:
    conduct = np.where(drafted.account >= 0, population.conduct[drafted.account], 0)
    lot = rng.random(len(drafted))
    absent = (drafted.item >= 0) & (
        (collection.added_at[drafted.item] > drafted.at) | (collection.removed_at[drafted.item] <= drafted.at)
    )
    fails = ((lot < 0.03) | (absent & (lot < 0.7))) & (conduct != ACCIDENT) | (conduct == ATTEMPTS)
    status = np.where(fails, rng.choice(_FAILURES, len(drafted)), _SUCCESS[drafted.action])
    status = np.where(~fails & (drafted.action == VIEW) & (lot > 0.95), 304, status)
    status = np.where(~fails & (drafted.action == DOWNLOAD) & (lot > 0.93), 206, status)
    bare = ~fails & (drafted.channel != WEB) & (mixed(drafted.account + 1, below=40) == 0)
    status = np.where(bare & (conduct != COMPROMISED), NO_STATUS, status)
    return np.where(drafted.status > 0, drafted.status, status)


def _sizes(rng: np.random.Generator, collection: Collection, drafted: Accesses, status: Ints) -> Ints:
    page = rng.integers(400, 40_000, len(drafted))
    whole = (drafted.action == DOWNLOAD) & np.isin(status, (200, NO_STATUS))
    size = np.where(whole, collection.size[drafted.item], page)
    silent = (status == 304) | (status == 204) | (drafted.action == PEEK)
    return np.where(silent, NO_SIZE, size)
