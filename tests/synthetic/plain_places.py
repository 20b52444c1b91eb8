"""Says where an account belongs by walking address tables with the standard library, as an independent witness."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.synthetic.plain_reader import Access

CAUTION = ("tor", "vpn", "relay", "crawler", "hosting", "cgnat", "mobile", "access", "unknown")
CARRIES = {"access": 2, "mobile": 2, "cgnat": 2, "unknown": 1}


class Tables:
    """All editions of all invented tables."""

    def __init__(self, folder: Path) -> None:
        self.editions: dict[str, list[tuple[datetime, Any]]] = {}
        for path in sorted(folder.glob("*.csv")):
            name, _, day = path.stem.partition("-")
            begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
            self.editions.setdefault(name, []).append((begins, ranges(path)))

    def starts(self) -> list[datetime]:
        return sorted({begins for editions in self.editions.values() for begins, _ in editions})

    def say(self, access: Access) -> tuple[str, set[str]]:
        """The most cautious kind and every country named; no kind where no table lists the address."""
        rows = [row for editions in self.editions.values() if (row := look_up(in_force(editions, access), access))]
        kinds = [row["kind"] for row in rows]
        return min(kinds, key=CAUTION.index, default=""), {row["country"] for row in rows if row["country"]}


def ranges(path: Path) -> dict[int, tuple[list[int], list[dict[str, str]]]]:
    found: dict[int, tuple[list[int], list[dict[str, str]]]] = {4: ([], []), 6: ([], [])}
    with path.open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(ip_address(row["first"])))
    for row in rows:
        starts, kept = found[ip_address(row["first"]).version]
        starts.append(int(ip_address(row["first"])))
        kept.append(row)
    return found


def in_force(editions: list[tuple[datetime, Any]], access: Access) -> Any:
    older = [table for begins, table in editions if begins <= access.at]
    return older[-1] if older else editions[0][1]


def look_up(table: Any, access: Access) -> dict[str, str] | None:
    starts, rows = table[access.address.version]
    place = bisect_right(starts, int(access.address)) - 1
    return rows[place] if place >= 0 and int(access.address) <= int(ip_address(rows[place]["last"])) else None


def answer(tables: Tables, rows: list[Access]) -> str:
    """The country that carries at least 70 % of what carries one, or `abstain`."""
    weights: Counter[str] = Counter()
    for access in rows:
        kind, countries = tables.say(access)
        if kind in CARRIES and len(countries) == 1:
            weights[countries.pop()] += CARRIES[kind]
    if not weights:
        return "abstain"
    (code, most), *_ = weights.most_common()
    return code if most * 10 >= sum(weights.values()) * 7 else "abstain"
