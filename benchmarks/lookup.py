"""How fast addresses are looked up, beside bare ASOF joins of DuckDB that give the same rows.

    python -m benchmarks.lookup [ADDRESSES] [RANGES]

Both have the same addresses and the same ranges as tables of the engine, and give address, edition, country,
autonomous system, holder and kind; by hand it takes one ASOF join an edition. Leadline's rules are written without
ASOF, so that they run on other engines, and look an address up once for all editions. Two cases: one table in one
edition, and three tables in two editions each, which differ in one range of fifty. Each way is run three times in
turns; the median of the processor time counts, which other work on the machine disturbs less.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from leadline.facts.engine import Engine
from leadline.reference.compiled import rows_of
from leadline.reference.ranges import V4_FIRST, NetworkRange
from leadline.stages.attribution.inputs import special_rows
from leadline.stages.attribution.run import LOOKUP, rule_text

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESSES, RANGES = 2_000_000, 750_000
ROUNDS = 3
CASES = {"one table": [("atlas", date(2019, 1, 1))]}
CASES["three tables, two editions each"] = [
    (name, day) for name in ("atlas", "beacon", "compass") for day in (date(2019, 1, 1), date(2019, 7, 1))
]
BY_HAND = """
select s.address, {number} as edition, n.country, n.asn, n.holder, n.kind
from sought as s
asof join edition_{number} as n on s.address >= n.first
where s.address <= n.last
"""
JOINED = """
select s.address, f.edition, f.country, f.asn, f.holder, f.kind
from spot as s
join found as f on f.spot = s.spot
"""


def main(arguments: list[str]) -> None:
    """Measure and print one table a case."""
    addresses, ranges = (int(given) for given in (*arguments, *(str(n) for n in (ADDRESSES, RANGES)[len(arguments) :])))
    for case, editions in CASES.items():
        with tempfile.TemporaryDirectory() as folder, Engine(spill=Path(folder)) as engine:
            bring(engine, addresses, ranges, editions)
            print(f"{case}: {engine.count('sought'):,} distinct addresses, {engine.count('network'):,} ranges")
            _show(
                engine, _measured({"by hand": partial(by_hand, engine, len(editions)), "rules": partial(rules, engine)})
            )


def rules(engine: Engine) -> None:
    """Look up as Leadline does, into the table `looked_up`."""
    for table in LOOKUP[:4]:
        engine.rule(table, rule_text(table), journal=False)
    engine.rule("looked_up", JOINED, journal=False)


def by_hand(engine: Engine, editions: int) -> None:
    """Look up with one ASOF join an edition, into the table `by_hand`."""
    joins = [BY_HAND.format(number=number) for number in range(editions)]
    engine.rule("by_hand", " union all ".join(joins), journal=False)


def _measured(ways: dict[str, Callable[[], None]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, run in ways.items():
            begun = time.process_time()
            run()
            taken[way].append(time.process_time() - begun)
    return {way: statistics.median(times) for way, times in taken.items()}


def _show(engine: Engine, medians: dict[str, float]) -> None:
    (differing,) = engine.rows(
        "select (select count(*) from (select * from by_hand except all select * from looked_up))"
        " + (select count(*) from (select * from looked_up except all select * from by_hand)) as n"
    )
    print(f"  {engine.count('looked_up'):,} rows, {differing['n']} of them different")
    for way, seconds in medians.items():
        print(f"  {way:8} {seconds:6.2f} s of processor time   {seconds / medians['by hand']:5.2f} x")


def bring(engine: Engine, addresses: int, ranges: int, editions: list[tuple[str, date]]) -> None:
    """Invented addresses and tables, the same each time."""
    chance = np.random.Generator(np.random.PCG64(7))
    rows = _ranges(chance, ranges)
    tables = [
        rows_of([row for row in rows if row.line % 50 != number], name=name, as_of=day)
        for number, (name, day) in enumerate(editions)
    ]
    for number, table in enumerate(tables):
        engine.table(f"edition_{number}", table)
    engine.table("network", pa.concat_tables(tables))
    numbered = [{"edition": n, "table_name": name, "table_date": day} for n, (name, day) in enumerate(editions)]
    engine.table("edition", pa.Table.from_pylist(numbered))
    engine.table("special_range", special_rows())
    keys = _keys(chance, addresses)
    engine.table("sought", pa.table({"address": keys, "remote_ip": keys}))


def _keys(chance: np.random.Generator, count: int) -> list[str]:
    """Three quarters IPv4."""
    numbers = V4_FIRST + np.unique(chance.integers(0, 1 << 32, count * 3 // 4, dtype=np.int64))
    high = np.unique(chance.integers(0x20010000, 0x2A100000, count // 4, dtype=np.int64)).tolist()
    return [f"{n:032x}" for n in numbers.tolist()] + [f"{block:08x}{n:024x}" for n, block in enumerate(high)]


def _ranges(chance: np.random.Generator, count: int) -> list[NetworkRange]:
    """Two thirds IPv4, one third IPv6, with small gaps."""
    starts = np.unique(chance.integers(0, 1 << 32, count * 2 // 3, dtype=np.int64))
    sizes = np.diff(np.append(starts, 1 << 32))
    ends = starts + sizes - 1 - chance.integers(0, 3, len(starts)) * (sizes > 8)
    blocks = np.unique(chance.integers(0x20010000, 0x2A100000, count // 3, dtype=np.int64))
    spans = [(V4_FIRST + a, V4_FIRST + b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    spans += [(block << 96, (block + 1 << 96) - 1) for block in blocks.tolist()]
    codes, kinds = ("NZ", "AU", "DE", "US"), ("access", "hosting", "mobile")
    return [
        NetworkRange(first, last, codes[n % 4], 64_500 + n % 999, f"Access {n % 5_000}", kinds[n % 3], n)
        for n, (first, last) in enumerate(sorted(spans), start=1)
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
