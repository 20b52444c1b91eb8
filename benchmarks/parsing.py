"""How fast combined lines are read, beside mawk, GoAccess and a query written by hand that gives the same rows.

    python -m benchmarks.parsing [LINES]

0.2 % of the lines are bad, one in ten is relevant. What Leadline does here: exact physical line numbers, every reject
with its reason and digest, all address counts, the relevant accesses typed and sorted in the lake. mawk splits the
lines and counts; GoAccess makes its report. The query by hand gives the same accesses, rejects and address counts.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.facts.tables import AccessRow, AddressSeenRow, FileTallyRow, InventoryRow
from leadline.facts.tables.base import schema_of
from leadline.seal.manifest import RequestPattern, TipFile, TipManifest
from leadline.settings import Settings
from leadline.stages.accesses.run import run
from leadline.vocabulary.identifiers import TipId
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

LINES = 2_000_000
OBJECTS, ACCOUNTS, ADDRESSES = 60_000, 90_000, 300_000
_BATCH = 250_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")

BY_HAND = r"""
create table lines as select row_number() over () as line, text
    from read_csv($log, columns={'text': 'varchar'}, header=false, delim=chr(1), quote='', escape='',
        auto_detect=false);
create table parsed as select line, text, regexp_extract(text,
    '^([^ ]+) [^ ]+ ([^ ]+) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) ([0-9]+|-)'
    || '(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?$',
    ['ip', 'account', 'time', 'request', 'status', 'bytes', 'agent']) as f from lines;
create table rejects as select line, sha256(text) as digest from parsed where f.ip = '';
create table typed as select line, f.ip as ip, f.account as account,
    try_strptime(f.time, '%d/%b/%Y:%H:%M:%S %z') as accessed_at,
    regexp_extract(f.request, '^GET /c/[^/]+/o/([^/?]+)/raw[? ]', 1) as object, try_cast(f.status as int) as status,
    try_cast(f.bytes as bigint) as bytes, f.agent as agent from parsed where f.ip <> '';
copy (select ip, count(*) as accesses, min(accessed_at) as first,
    max(accessed_at) as last from typed group by ip order by ip)
    to '{folder}/hand-addresses.parquet' (format parquet, compression zstd);
copy (select t.* from typed t semi join listed l on l.object = t.object order by account, accessed_at, line)
    to '{folder}/hand-accesses.parquet' (format parquet, compression zstd);
"""


def invent(path: Path, lines: int) -> None:
    """A log of this many lines, the same bytes each time."""
    rng = np.random.Generator(np.random.PCG64(7))
    with path.open("wb") as file:
        for first in range(0, lines, _BATCH):
            file.write(_text(rng, min(_BATCH, lines - first), first, lines))


def _text(rng: np.random.Generator, count: int, first: int, lines: int) -> bytes:
    def words(values: Any) -> pa.Array:
        return pa.array(values).cast(pa.string())

    def two(values: Any) -> pa.Array:
        return pc.utf8_lpad(words(values), 2, "0")

    ip = rng.integers(0, ADDRESSES, count)
    second = (first + np.arange(count)) * 20_000_000 // lines
    day = 1 + second // 86_400 % 28
    month = pa.array(np.array(_MONTHS)[np.minimum(second // (86_400 * 28), 7)])
    relevant = rng.random(count) < 0.1
    place = np.where(relevant, rng.integers(0, OBJECTS, count), OBJECTS + rng.integers(0, 10**7, count))
    agent = pc.binary_join_element_wise("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/", words(rng.integers(60, 99, count)), ".0.3904.108 Safari/537.36", "")  # fmt: skip  # noqa: E501
    text = pc.binary_join_element_wise(
        "240.", words(ip >> 16), ".", words(ip >> 8 & 255), ".", words(ip & 255),
        " - u", words(rng.integers(0, ACCOUNTS, count)),
        " [", two(day), "/", month, "/2019:",
        two(second // 3_600 % 24), ":", two(second // 60 % 60), ":", two(second % 60),
        ' +0000] "GET /c/k1/o/', words(place), '/raw?x=1 HTTP/1.1" ', words(rng.choice([200, 206, 404], count)),
        " ", words(rng.integers(100, 10**6, count)), ' "https://portal.example/c/k1" "', agent, '"', "",
    )  # fmt: skip
    bad = pa.array(rng.random(count) < 0.002)
    return ("\n".join(pc.if_else(bad, 'garbage "', text).to_pylist()) + "\n").encode()


def leadline(folder: Path, log: Path) -> dict[str, Any]:
    """Run the accesses stage; what it counted."""
    with log.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    pattern = RequestPattern("GET", "download", "", "/c/[^/]+/o/([^/?]+)/raw", object_group=1)
    size = log.stat().st_size
    file_of = TipFile(0, "a.log", FileKind.ACCESS_LOG, "combined", digest, "", "", size, requests=(pattern,))
    tip = TipManifest(TipId("T-0000000000000000"), "", "", "", "", (), (file_of,))
    lake = Lake(folder / "lake")

    class Exhibits:
        def open(self, _sha256: str) -> BinaryIO:
            return log.open("rb", buffering=0)

    with Engine(spill=folder / "spill") as engine:
        engine.table("inventory", _inventory())
        lake.write(engine, InventoryRow)
        work = Work(tip, engine, lake, Exhibits(), Settings(), (), folder / "scratch")  # type: ignore[arg-type]
        started = time.perf_counter()
        run(work)
        seconds = time.perf_counter() - started
        for fact in (AccessRow, AddressSeenRow, FileTallyRow):
            lake.lend(engine, fact)
        (sums,) = engine.rows(
            "select (select count(*) from access) as kept, (select sum(line) from access) as kept_lines,"
            " (select count(*) from address_seen) as addresses, (select rejects from file_tally) as rejects"
        )
    return {"seconds": seconds, **sums}


def _inventory() -> pa.Table:
    schema = schema_of(InventoryRow)
    filled = {"file": [1] * OBJECTS, "line": list(range(OBJECTS)), "object_key": [str(n) for n in range(OBJECTS)]}
    return pa.table({name: filled.get(name, [None] * OBJECTS) for name in schema.names}, schema=schema)


def by_hand(folder: Path, log: Path) -> dict[str, Any]:
    """The query by hand, with as many threads and as much memory; what it counted."""
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2500MB", "temp_directory": str(folder / "hand")})
    con.execute("set timezone = 'UTC'")
    con.execute(f"create table listed as select cast(n as varchar) as object from range({OBJECTS}) as t(n)")
    started = time.perf_counter()
    for statement in BY_HAND.replace("{folder}", str(folder)).split(";\n"):
        if statement.strip():
            con.execute(statement, {"log": str(log)} if "$log" in statement else None)
    seconds = time.perf_counter() - started
    found = con.execute(
        f"select (select count(*) from '{folder}/hand-accesses.parquet'),"
        f" (select sum(line) from '{folder}/hand-accesses.parquet'),"
        f" (select count(*) from '{folder}/hand-addresses.parquet'), (select count(*) from rejects)"
    ).fetchall()[0]
    return {"seconds": seconds, **dict(zip(("kept", "kept_lines", "addresses", "rejects"), found, strict=True))}


def outside(command: list[str]) -> float | None:
    """Seconds that another program takes; None where it is not installed."""
    if shutil.which(command[0]) is None:
        return None
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main(lines: int = LINES) -> None:
    """Measure and print one table."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        log = folder / "a.log"
        invent(log, lines)
        ours = leadline(folder, log)
        hand = by_hand(folder, log)
        splits = '{ split($0, part, "\\""); n += NF; c[$9]++ } END { print NR, n }'
        others: dict[str, Callable[[], float | None]] = {
            "mawk (splits only)": lambda: outside(["mawk", splits, str(log)]),
            "goaccess (report)": lambda: outside(
                ["goaccess", str(log), "--log-format=COMBINED", "--no-global-config", "-o", str(folder / "r.json")]
            ),
        }
        rows = {"leadline, accesses stage": ours["seconds"], "DuckDB query by hand": hand["seconds"]}
        rows |= {name: seconds for name, measure in others.items() if (seconds := measure()) is not None}
    same = {key: (ours[key], hand[key]) for key in ("kept", "kept_lines", "addresses", "rejects")}
    equal = all(int(one) == int(other) for one, other in same.values())
    print(f"{lines:,} combined lines, 0.2 % bad; 2 threads; the same rows by both: {equal} {same}")
    print(f"{'':28}{'seconds':>9}{'lines/s':>12}{'times ours':>12}")
    for name, seconds in rows.items():
        print(f"{name:28}{seconds:9.2f}{lines / seconds:12,.0f}{seconds / ours['seconds']:12.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else LINES)
