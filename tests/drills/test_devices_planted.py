"""A million invented digests with 5,000 planted: none missed, none too many; and a device of a million files."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import date
from hashlib import md5, sha1, sha256
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import EntryRow
from leadline.reference.hashsets.opening import open_sets
from leadline.reference.hashsets.store import add_hashset
from leadline.stages.matching.run import Matching, run
from tests.devices.desk import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.devices.desk import Desk

__all__ = ["desk"]
pytestmark = pytest.mark.drill
ENTRIES = 1_000_000
PLANTED = 5_000
MOST_MIB = 1024
_WATCHED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""
"""A process inherits the peak of the one that started it, and so a small one starts the examination."""


def batches() -> Iterator[pa.RecordBatch]:
    schema = schema_of(EntryRow)
    for start in range(0, ENTRIES, 50_000):
        rows = []
        for number in range(start, start + 50_000):
            data = b"content %d" % number
            rows.append(
                {
                    "entry": number,
                    "path": f"folder {number % 977}/file {number}",
                    "volume": "",
                    "deleted": False,
                    "size": len(data),
                    "media": "",
                    "md5": md5(data).hexdigest(),
                    "sha1": sha1(data).hexdigest(),
                    "sha256": sha256(data).hexdigest(),
                    "problem": "",
                }
            )
        yield from pa.Table.from_pylist(rows, schema=schema).to_batches()


def written(digest: str, chance: random.Random) -> str:
    """A digest as somebody's list may have it: any case, blanks, twice."""
    text = chance.choice((digest, digest.upper(), f"  {digest}", f"{digest}  name.bin"))
    return f"{text}\n{digest}" if chance.random() < 0.1 else text


def test_every_planted_digest_is_found_and_no_other(
    desk: Desk, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    chance = random.Random(7)
    planted = set(chance.sample(range(ENTRIES), PLANTED))
    kinds = (md5, sha1, sha256)
    lines = [written(chance.choice(kinds)(b"content %d" % number).hexdigest(), chance) for number in sorted(planted)]
    lines += [written(chance.choice(kinds)(b"elsewhere %d" % number).hexdigest(), chance) for number in range(500_000)]
    chance.shuffle(lines)
    path = tmp_path / "list.txt"
    path.write_text("\n".join(lines))
    add_hashset(
        desk.workspace, path, kind="list", as_of=date(2019, 9, 1), authority="o", name="l", key_file=desk.key_file
    )
    lake = Lake(desk.workspace / "tmp" / "facts")
    with Engine(spill=desk.workspace / "spill", memory_mb=800) as engine:
        engine.table("given", pa.RecordBatchReader.from_batches(schema_of(EntryRow), batches()))
        lake.write(engine, EntryRow, "given")
    with Engine(spill=desk.workspace / "spill", memory_mb=800) as engine:
        run(Matching(engine, lake, None, None, open_sets(desk.workspace, desk.key_file)))
    found = pq.read_table(lake.folder / "finding.parquet", columns=["entry", "finding_class"])
    known = {row["entry"] for row in found.to_pylist() if row["finding_class"] == "known"}
    assert found.num_rows == ENTRIES
    assert known == planted
    drill_figure("planted digests missed", len(planted - known))
    drill_figure("digests found that were not planted", len(known - planted))


def test_a_device_of_a_million_files_is_examined_in_flat_memory(
    desk: Desk, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    device = tmp_path / "device"
    for folder in range(1000):
        place = device / f"d{folder:03}"
        place.mkdir(parents=True)
        for at in range(1000):
            descriptor = os.open(place / f"f{at}", os.O_CREAT | os.O_WRONLY)
            os.write(descriptor, b"%d %d" % (folder, at))
            os.close(descriptor)
    words = ["--workspace", str(desk.workspace), "examine", str(device), "--authority", "o", "--json"]
    command = [sys.executable, "-m", "leadline.cli.main", *words]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, *command], capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr
    peak = int(done.stderr.split()[-1]) // 1024
    assert '"files": 1000000' in done.stdout
    assert peak <= MOST_MIB
    drill_figure("peak memory of examining a million files", peak, unit="MiB")
