"""The invented collection: which objects the cache holds, since when, until when, and who added them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from leadline.synthetic.chance import Flags, Ints, generator, quotas
from leadline.synthetic.moments import instants_of
from leadline.synthetic.months import BEGIN, DAY, END
from leadline.synthetic.population import ACCIDENT, CONTRIBUTOR, HOME, WEB, Population

if TYPE_CHECKING:
    from collections.abc import Container

    from leadline.synthetic.scale import Scale

NEVER = np.iinfo(np.int64).max
CATEGORIES = ("A1", "A2", "B1", "B2", "C")
CATEGORY_SCHEME = "invented-1"
_FROM_THE_START = 0.3


@dataclass(frozen=True)
class Collection:
    """One entry an object that the inventory lists; all arrays have the same length."""

    size: Ints
    added_at: Ints
    """When it came in; -1: before anything is known of it."""
    removed_at: Ints
    """When it was taken out; NEVER where it was not."""
    added_by: Ints
    """Account that added it (a number in the population); -1: unknown."""
    uploaded: Flags
    """Whether the logs show the upload."""
    date_listed: Flags
    """Whether the inventory tells when it was added."""
    twin_of: Ints
    """Object whose bytes it repeats; its own number where they are its own."""
    category: Ints

    def __len__(self) -> int:
        return len(self.size)

    def new(self, since: Ints) -> Flags:
        """Whether no other object with the same bytes came in earlier, ``since`` being -1 where that is unknown."""
        order = np.lexsort((since, self.twin_of))
        first = np.concatenate(([True], self.twin_of[order][1:] != self.twin_of[order][:-1]))
        found = np.zeros(len(self), dtype=np.bool_)
        found[order[first]] = True
        return found


def object_keys(numbers: Ints) -> Any:
    """Keys of objects, listed or not: eight hexadecimal digits, no two alike."""
    scrambled = (numbers * 2_654_435_761 + 97) % (1 << 32)
    return pa.array([f"{number:08x}" for number in scrambled.tolist()])


def gather(scale: Scale, seed: int, population: Population) -> Collection:
    """Invent the objects; those added in the eight months come from contributors, at moments of their visits."""
    rng = generator(seed, "collection")
    count = scale.objects
    early = max(5, int(count * _FROM_THE_START))
    added_by = np.full(count, -1)
    contributors = np.flatnonzero(population.conduct == CONTRIBUTOR)
    favour = rng.lognormal(0.0, 1.2, len(contributors))
    added_by[early:] = rng.choice(contributors, size=count - early, p=favour / favour.sum())
    added_at = BEGIN - rng.integers(0, 6 * 3600, count)
    added_at[early:] = instants_of(rng, population, added_by[early:])
    uploaded = (added_by >= 0) & (rng.random(count) < 0.92)
    twin_of = _twins(rng, count)
    return Collection(
        size=_sizes(rng, scale)[twin_of],
        added_at=added_at,
        removed_at=_removals(rng, added_at),
        added_by=added_by,
        uploaded=uploaded,
        date_listed=np.where(added_by >= 0, ~uploaded | (rng.random(count) > 0.03), rng.random(count) > 0.02),
        twin_of=twin_of,
        category=rng.choice(len(CATEGORIES), size=count, p=(0.1, 0.2, 0.25, 0.25, 0.2)),
    )


def _sizes(rng: np.random.Generator, scale: Scale) -> Ints:
    return quotas(scale.cache_bytes, rng.lognormal(0.0, 1.1, scale.objects).tolist(), least=2_000)


def _removals(rng: np.random.Generator, added_at: Ints) -> Ints:
    later = added_at + DAY + (rng.random(len(added_at)) * (END - added_at)).astype(np.int64)
    return np.where((rng.random(len(added_at)) < 0.06) & (later < END), later, NEVER)


def _twins(rng: np.random.Generator, count: int) -> Ints:
    """About one object in thirty repeats the bytes of an object that repeats none."""
    twin_of = np.arange(count)
    repeats = rng.choice(count, size=max(1, count // 30), replace=False)
    originals = np.setdiff1d(np.arange(count), repeats)
    twin_of[repeats] = rng.choice(originals, size=len(repeats))
    return twin_of


def digests(seed: int, twin_of: Ints) -> tuple[list[str], list[str], list[str]]:
    """MD5, SHA-1 and SHA-256 of bytes that exist nowhere else, the same for twins."""
    written = [_content(seed, number) for number in twin_of.tolist()]
    return (
        [hashlib.md5(content, usedforsecurity=False).hexdigest() for content in written],
        [hashlib.sha1(content, usedforsecurity=False).hexdigest() for content in written],
        [hashlib.sha256(content).hexdigest() for content in written],
    )


def contents(seed: int, objects: int, wanted: Container[str]) -> dict[str, bytes]:
    """The bytes of those of so many objects whose SHA-256 is wanted, by it: for an invented device."""
    written = (_content(seed, number) for number in range(objects))
    return {digest: content for content in written if (digest := hashlib.sha256(content).hexdigest()) in wanted}


def _content(seed: int, number: int) -> bytes:
    return f"invented object {seed}/{number}".encode()


def clerk(population: Population) -> int:
    """The account whose accesses the branch servers' logs hold: a viewer at home who is nobody else's match."""
    plain = (population.net == HOME) & (population.channel == WEB) & (population.conduct < ACCIDENT)
    alone = np.bincount(np.abs(population.home), minlength=len(population))[np.abs(population.home)] == 1
    return int(np.flatnonzero(plain & alone)[0])
