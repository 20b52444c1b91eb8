"""Two small logs in local time without a zone: one whose order settles the daylight-saving fold, one not.

Daylight time ended on 7 April 2019 in both places: in Auckland 02:00 to 03:00 happened twice, and so it did in
Melbourne.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from leadline.synthetic.accesses import DOWNLOAD, NO_SIZE, VIEW, Accesses
from leadline.synthetic.population import BRANCH

if TYPE_CHECKING:
    from leadline.synthetic.logfiles import Written
    from leadline.synthetic.population import Population
    from leadline.synthetic.wording import AddressText

SETTLED, UNSETTLED = "logs/branch-a.csv", "logs/branch-b.csv"
ZONES = {SETTLED: "Pacific/Auckland", UNSETTLED: "Australia/Melbourne"}
HEADER = "moment,holder_account,address,what,item,code,agent\n"
_SETTLED_AT = ("12:10", "12:50", "13:20", "13:55", "14:10", "14:40", "15:05", "18:30")
"""UTC on 6 April; the middle six lie in or beside the hour that happened twice, each local time once or twice."""
_UNSETTLED_AT = ("13:10", "14:20", "17:15", "19:00")
"""UTC on 6 April, all outside Melbourne's hour from 15:00 to 17:00 UTC."""
_ZIGZAG = ("02:30:00", "02:10:00", "02:40:00", "02:05:00")
"""Local times in an order that no single turning back of the clock explains."""
_TWO_LINES = '"ExampleKiosk/1\nsecond line"'


@dataclass(frozen=True)
class Branches:
    """The readable accesses of both logs, all of one account at its own address."""

    accesses: Accesses

    @property
    def settled(self) -> int:
        return len(_SETTLED_AT)


def branches(population: Population, clerk: int, at_home: int, items: tuple[int, ...]) -> Branches:
    """Accesses of the account ``clerk`` from the address ``at_home`` to some of ``items``."""
    times = [_instant(text) for text in (*_SETTLED_AT, *_UNSETTLED_AT)]
    count = len(times)
    return Branches(
        Accesses(
            at=np.array(times, dtype=np.int64),
            account=np.full(count, clerk),
            action=np.where(np.arange(count) % 3 == 2, DOWNLOAD, VIEW),
            item=np.resize(np.array(items, dtype=np.int64), count),
            status=np.full(count, 200),
            size=np.full(count, NO_SIZE),
            agent=np.full(count, int(population.agent[clerk])),
            channel=np.full(count, BRANCH),
            address=np.full(count, at_home),
            port=np.zeros(count, dtype=np.int64),
        )
    )


def _instant(text: str) -> int:
    hour, minute = text.split(":")
    return int(datetime(2019, 4, 6, int(hour), int(minute), tzinfo=UTC).timestamp())


def write(
    written: Written, population: Population, found: Branches, *, texts: AddressText, keys: list[str], items: list[str]
) -> None:
    """Write both logs; ``keys`` and ``items`` are the texts of the account's key and of objects, by number."""
    for path, accesses in (
        (SETTLED, found.accesses.take(np.arange(found.settled))),
        (UNSETTLED, found.accesses.take(np.arange(found.settled, len(found.accesses)))),
    ):
        rows = _rows(path, accesses, texts.whole(accesses.address).to_pylist(), keys, items)
        extra = _settled_extra(rows) if path == SETTLED else _unsettled_extra(rows)
        text, rejects, count = _numbered(rows, extra)
        (written.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (written.folder / path).write_bytes(HEADER.encode() + text)
        written.note(path, count, rejects, population.record[accesses.account])
        written.told(count)


def _rows(path: str, accesses: Accesses, addresses: list[str], keys: list[str], items: list[str]) -> list[str]:
    zone = ZoneInfo(ZONES[path])
    rows = []
    for row in range(len(accesses)):
        local = datetime.fromtimestamp(int(accesses.at[row]), zone).strftime("%Y-%m-%d %H:%M:%S")
        what = "DOWNLOAD" if accesses.action[row] == DOWNLOAD else "view"
        agent = _TWO_LINES if row % 4 == 1 else "ExampleKiosk/1"
        account, item = keys[int(accesses.account[row])], items[int(accesses.item[row])]
        rows.append(f"{local},{account},{addresses[row]},{what},{item},200,{agent}\n")
    return rows


def _settled_extra(rows: list[str]) -> list[tuple[int, str, str]]:
    """(place among the rows, line, reason) of malformed lines."""
    return [(0, "\n", "empty-line"), (len(rows), "2019-02-30 09:00:00" + rows[0][19:], "bad-time")]


def _unsettled_extra(rows: list[str]) -> list[tuple[int, str, str]]:
    return [(2, f"2019-04-07 {time}{rows[0][19:]}", "ambiguous-time") for time in _ZIGZAG]


def _numbered(rows: list[str], extra: list[tuple[int, str, str]]) -> tuple[bytes, list[tuple[int, str]], int]:
    """The text of the rows with the malformed lines among them, and the physical line of each of these."""
    text, rejects, line = "", [], 2
    for place in range(len(rows) + 1):
        for _, spoiled, reason in (entry for entry in extra if entry[0] == place):
            rejects.append((line, reason))
            text, line = text + spoiled, line + spoiled.count("\n")
        if place < len(rows):
            text, line = text + rows[place], line + rows[place].count("\n")
    return text.encode(), rejects, len(rows) + len(extra)
