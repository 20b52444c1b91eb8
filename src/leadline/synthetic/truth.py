"""Writes the truth of an invented tip, apart from the bundle: accounts, malformed lines, persons, sums."""

from __future__ import annotations

import csv
import json
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.countries import CODES
from leadline.synthetic.danger import dangerous
from leadline.synthetic.figures import Figures
from leadline.synthetic.months import iso
from leadline.synthetic.population import (
    CGNAT_NO_PORT,
    COMPROMISED,
    CONDUCTS,
    CRAWLER,
    NETS,
    RELAY,
    ROBOT,
    TOR,
    VPN,
    Population,
)
from leadline.synthetic.records import flagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from leadline.synthetic.accesses import Accesses
    from leadline.synthetic.chance import Flags, Ints
    from leadline.synthetic.logfiles import Written
    from leadline.synthetic.scale import Scale
    from leadline.synthetic.tipline import Said

_CHANNELS = ("web", "app", "api")
DOUBTS = (
    "automated-client", "crawler", "signs-of-compromise", "provider-says-compromised", "single-accident",
    "carrier-nat-without-port", "only-anonymised-addresses",
)  # fmt: skip
"""Doubts that the inventor planted on purpose; `accounts_at_address` tells the shared addresses."""


@dataclass(frozen=True)
class Told:
    """Everything that the truth is told from."""

    scale: Scale
    seed: int
    population: Population
    figures: Figures
    accesses: Accesses
    written: Written
    keys: Sequence[str]
    """The key of each account of the population."""
    said: Sequence[Said]
    """What the reports say."""


def write(folder: Path, told: Told) -> dict[str, int]:
    """Write `accounts.csv`, `persons.csv`, `rejects.csv`, `reports.csv` and `sums.json`; returns the sums."""
    folder.mkdir(parents=True)
    columns = {"account": list(told.keys), **_columns(told)}
    _sheet(folder / "accounts.csv", list(columns), zip(*columns.values(), strict=True))
    _sheet(folder / "persons.csv", ["account", "person", "household"], _persons(told))
    _sheet(folder / "rejects.csv", ["file", "line", "reason"], told.written.rejects)
    _sheet(folder / "reports.csv", ["file", "account", "role", "events", "compromised"], map(astuple, told.said))
    sums = _sums(told)
    (folder / "sums.json").write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")
    return sums


def _columns(told: Told) -> dict[str, list[object]]:
    population = told.population
    columns: dict[str, list[object]] = {
        "conduct": [CONDUCTS[kind] for kind in population.conduct.tolist()],
        "network": [NETS[kind] for kind in population.net.tolist()],
        "channel": [_CHANNELS[channel] for channel in population.channel.tolist()],
        "home": [CODES[country] for country in population.country.tolist()],
        "answer": list(population.answers()),
        "lines": [told.written.by_key.get(record, 0) for record in population.record.tolist()],
    }
    for column in fields(Figures):
        values = getattr(told.figures, column.name).tolist()
        columns[column.name] = [iso(value) for value in values] if column.name in ("first", "last") else values
    for doubt, flags in planted_doubts(told).items():
        columns[doubt] = _yes(flags)
    for regime, flags in dangerous(told.seed, population, told.figures).items():
        columns[f"danger-{regime}"] = _yes(flags)
    return columns


def planted_doubts(told: Told) -> dict[str, Flags]:
    """For each doubt, whether the inventor gave each account cause for it."""
    population, figures = told.population, told.figures
    robot = population.conduct == ROBOT
    once = (figures.accesses == 1) & (figures.attempts == 0) & (figures.opened == 1) & (figures.downloaded == 0)
    return {
        "automated-client": robot | (population.conduct == CRAWLER),
        "crawler": population.conduct == CRAWLER,
        "signs-of-compromise": population.conduct == COMPROMISED,
        "provider-says-compromised": flagged(population, told.scale),
        "single-accident": once,
        "carrier-nat-without-port": population.net == CGNAT_NO_PORT,
        "only-anonymised-addresses": np.isin(population.net, (VPN, TOR, RELAY)),
    }


def _yes(flags: Flags) -> list[object]:
    return ["yes" if flag else "no" for flag in flags.tolist()]


def _persons(told: Told) -> Iterable[tuple[str, str, str]]:
    def named(prefix: str, numbers: Ints) -> list[str]:
        return [f"{prefix}{number}" for number in numbers.tolist()]

    return zip(told.keys, named("p", told.population.person), named("h", told.population.household), strict=True)


def _sums(told: Told) -> dict[str, int]:
    logged = [reject for reject in told.written.rejects if reject[0].startswith("logs/")]
    relevant = len(told.accesses) + len(told.written.repeated)
    nameless = told.accesses.account < 0
    answers = told.population.answers()
    return {
        "lines": told.written.lines,
        "accesses": told.written.lines - len(logged),
        "rejects": len(logged),
        "relevant": relevant,
        "other": told.written.lines - len(logged) - relevant,
        "without_account": int(nameless.sum()) + int(nameless[told.written.repeated].sum()),
        "accounts": len(told.population),
        "attributed": sum(answer != "abstain" for answer in answers),
        "abstained": sum(answer == "abstain" for answer in answers),
        "candidates": len(told.population),
        "nz": sum(answer == "NZ" for answer in answers),
        "persons": len(np.unique(told.population.person)),
    }


def _sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
