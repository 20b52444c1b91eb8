"""What each invented account truly did, counted from the accesses themselves and never from the lines' text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.accesses import DOWNLOAD, LIST, UPLOAD, VIEW, Accesses
from leadline.synthetic.collection import NEVER
from leadline.synthetic.networks import EDITION_STARTS

if TYPE_CHECKING:
    from leadline.synthetic.chance import Flags, Ints
    from leadline.synthetic.collection import Collection


@dataclass(frozen=True)
class Figures:
    """One entry an account of the population; the names are the columns of the truth."""

    accesses: Ints
    """Relevant accesses, a line that stands in two files counted twice."""
    opened: Ints
    downloaded: Ints
    added: Ints
    """Objects uploaded with success, as the logs show."""
    new_added: Ints
    attempts: Ints
    listings: Ints
    days: Ints
    first: Ints
    last: Ints
    before_added: Ints
    after_removed: Ints
    dates_unknown: Ints
    seen_twice: Ints
    addresses: Ints
    accounts_at_address: Ints
    """The most accounts seen at one of its addresses between two edition dates, itself included."""


def count(accounts: int, collection: Collection, accesses: Accesses, repeated: Ints) -> Figures:
    """Count ``accesses`` (all relevant ones) for each of ``accounts``; ``repeated`` stand in two files."""
    every = accesses.joined(accesses.take(repeated))
    every = every.take(every.account >= 0)
    done = every.succeeded()
    opened = done & np.isin(every.action, (VIEW, DOWNLOAD))
    added = done & (every.action == UPLOAD)
    since = _known_since(collection, accesses)
    before, after, unknown = _presence(collection, since, every)
    tally = _Tally(accounts, every)
    first, last = tally.extremes()
    twice = accesses.account[repeated]
    return Figures(
        accesses=tally.lines(np.ones(len(every), dtype=np.bool_)),
        opened=tally.objects(opened),
        downloaded=tally.objects(opened & (every.action == DOWNLOAD)),
        added=tally.objects(added),
        new_added=tally.objects(added & collection.new(since)[every.item]),
        attempts=tally.lines(~done),
        listings=tally.lines(every.action == LIST),
        days=tally.distinct(every.at // 86_400),
        first=first,
        last=last,
        before_added=tally.lines(before),
        after_removed=tally.lines(after),
        dates_unknown=tally.lines(unknown),
        seen_twice=2 * np.bincount(twice[twice >= 0], minlength=accounts),
        addresses=tally.distinct(every.address),
        accounts_at_address=tally.company(),
    )


def _known_since(collection: Collection, accesses: Accesses) -> Ints:
    """When each object came in: as the inventory says, else its first successful upload, else -1."""
    uploads = accesses.succeeded() & (accesses.action == UPLOAD)
    first = np.full(len(collection), NEVER)
    np.minimum.at(first, accesses.item[uploads], accesses.at[uploads])
    return np.where(collection.date_listed, collection.added_at, np.where(first == NEVER, -1, first))


def _presence(collection: Collection, known_since: Ints, every: Accesses) -> tuple[Flags, Flags, Flags]:
    """Before it was added, after it was removed, or with dates unknown (as is every listing)."""
    listing = every.item < 0
    since = known_since[every.item]
    after = ~listing & (collection.removed_at[every.item] <= every.at)
    before = ~listing & ~after & (since > every.at)
    return before, after, listing | (~after & (since < 0))


class _Tally:
    def __init__(self, accounts: int, every: Accesses) -> None:
        self.accounts, self.every = accounts, every

    def lines(self, counted: Flags) -> Ints:
        return np.bincount(self.every.account[counted], minlength=self.accounts)

    def objects(self, counted: Flags) -> Ints:
        span = int(self.every.item.max()) + 2
        pairs = np.unique(self.every.account[counted] * span + self.every.item[counted])
        return np.bincount(pairs // span, minlength=self.accounts)

    def distinct(self, values: Ints) -> Ints:
        known, number = np.unique(values, return_inverse=True)
        pairs = np.unique(self.every.account * len(known) + number)
        return np.bincount(pairs // len(known), minlength=self.accounts)

    def extremes(self) -> tuple[Ints, Ints]:
        first = np.full(self.accounts, np.iinfo(np.int64).max)
        last = np.full(self.accounts, -1)
        np.minimum.at(first, self.every.account, self.every.at)
        np.maximum.at(last, self.every.account, self.every.at)
        return first, last

    def company(self) -> Ints:
        period = np.searchsorted(EDITION_STARTS, self.every.at, side="right")
        _, place = np.unique(self.every.address * (len(EDITION_STARTS) + 1) + period, return_inverse=True)
        pairs = np.unique(place * self.accounts + self.every.account)
        here = np.bincount(pairs // self.accounts)[pairs // self.accounts]
        most = np.zeros(self.accounts, dtype=np.int64)
        np.maximum.at(most, pairs % self.accounts, here)
        return most
