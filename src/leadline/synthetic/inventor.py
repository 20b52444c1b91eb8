"""Invents a whole tip into a folder: the bundle, the address tables, and apart from both the truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leadline.errors import WrongUsage
from leadline.synthetic import (
    accesses,
    branches,
    collection,
    declaration,
    faults,
    figures,
    folders,
    inventory,
    lines,
    listing,
    logfiles,
    places,
    records,
    tipline,
    truth,
    wording,
)
from leadline.synthetic.chance import Ints, generator
from leadline.synthetic.months import BEGIN, END, MONTH_STARTS, MONTHS, month_of
from leadline.synthetic.networks import EDITIONS, table_text
from leadline.synthetic.population import API, APP, WEB, Population, plan
from leadline.synthetic.requests import Requests
from leadline.synthetic.scale import Scale, scale_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

_MALFORMED = 500
"""One line in so many is malformed."""
_REPEATED_MONTH = 3
_LARGE = 1_000_000


@dataclass(frozen=True)
class InventedTable:
    """An invented address table, to be loaded with `reference add networks`."""

    path: Path
    name: str
    as_of: date
    kind: str | None = None
    """Of a list that tells no kinds itself; none of these is one."""


@dataclass(frozen=True)
class Invented:
    """Where everything lies, and the sums that the truth states."""

    bundle: Path
    tables: tuple[InventedTable, ...]
    truth: Path
    sums: dict[str, int]


def invent(
    folder: Path, *, scale: Scale | str, seed: int, progress: Callable[[int, int], None] | None = None
) -> Invented:
    """Invent a tip below ``folder``: `bundle/`, `tables/` and, apart, `truth/`.

    The same scale and seed give the same bytes, and a folder that holds them already is left as it is.
    ``progress`` is told the lines written and all lines. Raises :class:`WrongUsage` where the folder holds
    something else, or where the scale's lines have no room for its relevant accesses.
    """
    size = scale_named(scale) if isinstance(scale, str) else scale
    wanted = folders.recipe(size, seed)
    if not folders.holds(folder, wanted):
        folders.clear_for(folder)
        (folder / "bundle").mkdir()
        _write_tables(folder / "tables")
        truth.write(folder / "truth", _Tip(folder / "bundle", size, seed, progress).write())
        folders.close(folder, wanted)
    sums = json.loads((folder / "truth" / "sums.json").read_text(encoding="utf-8"))
    tables = tuple(
        InventedTable(folder / "tables" / edition.file_name, edition.name, edition.as_of) for edition in EDITIONS
    )
    return Invented(folder / "bundle", tables, folder / "truth", sums)


def _write_tables(folder: Path) -> None:
    folder.mkdir()
    for edition in EDITIONS:
        (folder / edition.file_name).write_text(table_text(edition), encoding="utf-8")


class _Tip:
    """One tip while it is written."""

    def __init__(self, bundle: Path, scale: Scale, seed: int, progress: Callable[[int, int], None] | None) -> None:
        self.bundle, self.scale, self.seed, self.progress = bundle, scale, seed, progress
        self.rng = generator(seed, "bustle")
        self.population: Population = plan(scale, seed)
        self.objects = collection.gather(scale, seed, self.population)
        self.requests = Requests(len(self.objects))
        self.texts = wording.AddressText()
        self.key_texts: Any = wording.account_keys(scale.records + scale.accounts)
        self.keys: list[str] = wording.taken(self.key_texts, self.population.record).to_pylist()
        self.items: list[str] = self.requests.keys.to_pylist()
        self.branches = self._branches()
        self.accesses = self._accesses()
        self.said = 0
        self.written = logfiles.Written(bundle, told=self._told)
        self.bustle = self._room()

    def write(self) -> truth.Told:
        """Write the bundle and hand over what the truth is told from."""
        branches.write(self.written, self.population, self.branches, texts=self.texts, keys=self.keys, items=self.items)
        self._write_gateway()
        self._write_interface()
        combined = self._write_months()
        digests = collection.digests(self.seed, self.objects.twin_of)
        refused = inventory.write(self.bundle, self.objects, items=self.items, holders=self.keys, digests=digests)
        refused += listing.write(self.bundle, self.objects, items=self.items, digests=digests)
        refused += records.write(
            self.bundle,
            self.scale,
            seed=self.seed,
            population=self.population,
            keys=self.key_texts,
            texts=self.texts,
        )
        said, unread = self._write_reports(digests)
        self.written.rejects += refused + unread
        (self.bundle / "tip.toml").write_text(declaration.tip_toml(combined), encoding="utf-8")
        repeated = np.array(self.written.repeated, dtype=np.int64)
        counted = figures.count(len(self.population), self.objects, self.accesses, repeated)
        return truth.Told(self.scale, self.seed, self.population, counted, self.accesses, self.written, self.keys, said)

    def _write_reports(
        self, digests: tuple[list[str], list[str], list[str]]
    ) -> tuple[list[tipline.Said], list[tuple[str, int, str]]]:
        strangers = np.setdiff1d(np.arange(self.scale.records), self.population.record)
        return tipline.write(
            self.bundle,
            self.population,
            self.accesses,
            keys=self.keys,
            records=self.scale.records,
            stranger=str(self.key_texts[int(strangers[0])]),
            flagged=records.flagged(self.population, self.scale),
            texts=self.texts,
            digests=digests,
        )

    def _branches(self) -> branches.Branches:
        clerk = collection.clerk(self.population)
        at_home = places.address_of(self.population, clerk, int(BEGIN + (END - BEGIN) * 2 // 5))
        return branches.branches(self.population, clerk, at_home, (0, 1, 2, 3))

    def _accesses(self) -> accesses.Accesses:
        drafted = accesses.access(self.scale, self.seed, self.population, self.objects)
        return places.placed(self.population, drafted).joined(self.branches.accesses)

    def _room(self) -> int:
        """Lines that are left for everything that is no relevant access."""
        room = self.scale.lines - len(self.accesses) - self.scale.lines // _MALFORMED
        if room < self.scale.lines // 5:
            raise WrongUsage(
                f"{self.scale.lines} lines have no room for {len(self.accesses)} relevant accesses.",
                advice="Ask for more lines or fewer accounts.",
            )
        return room

    def _told(self, count: int) -> None:
        self.said += count
        if self.progress:
            self.progress(self.said, self.scale.lines)

    def _lines(self, rows: Ints, much: lines.Bustle) -> lines.Lines:
        relevant = lines.of_accesses(self.population, self.requests, self.accesses, rows)
        return relevant.merged(lines.bustle(self.rng, self.population, self.requests, much))

    def _much(self, channel: int, readable: int, spoiled: Ints, month: int | None = None) -> lines.Bustle:
        begin = BEGIN if month is None else int(MONTH_STARTS[month])
        end = END if month is None else int(MONTH_STARTS[month + 1])
        return lines.Bustle(begin, end, readable, spoiled, channel, self.scale.records)

    def _write_gateway(self) -> None:
        spoiled = faults.turns(self.scale.lines // _MALFORMED // 50, faults.IN_CSV)
        much = self._much(APP, self.bustle // 50, spoiled)
        log = logfiles.LogFile(
            declaration.GATEWAY,
            wording.Gateway(self.key_texts, self.requests, self.texts),
            faults.spoil_csv,
            header=wording.Gateway.HEADER,
            last=b"2019-08-31T23:59:59Z,a0",
        )
        logfiles.write(self.written, log, self._lines(np.flatnonzero(self.accesses.channel == APP), much))

    def _write_interface(self) -> None:
        spoiled = faults.turns(self.scale.lines // _MALFORMED // 100, faults.IN_JSON)
        much = self._much(API, self.bustle // 100, spoiled)
        form = wording.Interface(self.key_texts, self.requests, self.texts)
        log = logfiles.LogFile(declaration.INTERFACE, form, faults.spoil_json)
        logfiles.write(self.written, log, self._lines(np.flatnonzero(self.accesses.channel == API), much))

    def _write_months(self) -> list[str]:
        form = wording.Combined(self.key_texts, self.requests, self.texts)
        web = np.flatnonzero(self.accesses.channel == WEB)
        month = month_of(self.accesses.at[web])
        after = np.bincount(month, minlength=len(MONTHS))[::-1].cumsum()[::-1]
        paths = []
        for number in range(len(MONTHS)):
            spoiled = faults.turns(
                self.scale.lines // _MALFORMED // len(MONTHS), faults.IN_COMBINED, with_long=number == 0
            )
            left = self.scale.lines - self.written.lines - int(after[number])
            readable = left // (len(MONTHS) - number) - len(spoiled)
            much = self._much(WEB, readable, spoiled, number)
            found = self._lines(web[month == number], much)
            again = _span(found) if number == _REPEATED_MONTH else None
            path = f"logs/portal-{MONTHS[number]:%Y-%m}.log" + self._ending(number)
            logfiles.write(self.written, logfiles.LogFile(path, form, faults.spoil_combined, again=again), found)
            paths += [path, again.path] if again else [path]
        return paths

    def _ending(self, number: int) -> str:
        return ".gz" if number % 2 and self.scale.lines < _LARGE else ".zst"


def _span(found: lines.Lines) -> logfiles.Span:
    """A stretch of whole seconds in the middle of a file that a second server logged as well."""
    middle = len(found) // 2
    begin = int(np.searchsorted(found.at, found.at[middle], side="left"))
    last = min(len(found) - 1, middle + max(12, len(found) // 2_000))
    after = int(np.searchsorted(found.at, found.at[last], side="right"))
    return logfiles.Span(begin, after, "logs/edge-copy.log.gz")
