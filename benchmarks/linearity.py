"""Whether receipt and run grow in step with the lines, and memory not at all: `python -m benchmarks.linearity [LINES]…`

Each size (5, 10, 20 and 40 million lines by default) is an invented operation in the proportions of the real one, so
that accounts, records, objects and addresses grow with the lines. It is invented by a process of its own, which does
not count. Receipt and run are the commands themselves; what they take is told a million lines, and against the first
size.
Memory is the most that the processes of a command held together at one moment (pages shared between them counted once).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from leadline.synthetic.networks import EDITIONS

SIZES = (5_000_000, 10_000_000, 20_000_000, 40_000_000)
_EVERY = 0.1
_LEADLINE = (str(Path(sys.executable).with_name("leadline")),)


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds by the clock, seconds of processor time, most memory in MiB."""

    clock: float
    processor: float
    peak: int


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure and print a row a size."""
    print(
        f"{'lines':>12}{'command':>10}{'s/M lines':>11}{'CPU s/M':>9}{'MiB':>7}{'s, to first':>13}{'MiB, to first':>15}"
    )
    first: dict[str, tuple[float, int]] = {}
    for lines in sizes:
        for command, cost in measured(lines).items():
            each = cost.clock * 1e6 / lines
            base, memory = first.setdefault(command, (each, cost.peak))
            print(
                f"{lines:12,}{command:>10}{each:11.2f}{cost.processor * 1e6 / lines:9.2f}{cost.peak:7,}"
                f"{each / base:13.2f}{cost.peak / memory:15.2f}",
                flush=True,
            )


def measured(lines: int) -> dict[str, Cost]:
    """Invent an operation of so many lines; what receipt and run of it take."""
    with tempfile.TemporaryDirectory() as given:
        invented, workspace = Path(given) / "invented", Path(given) / "workspace"
        invent = [sys.executable, "-m", "leadline.synthetic", str(invented), "--lines", str(lines), "--seed", "1"]
        subprocess.run(invent, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*_LEADLINE, "init", str(workspace)], check=True, capture_output=True)
        told = [*_LEADLINE, "--workspace", str(workspace)]
        for edition in EDITIONS:
            dated = ["--as-of", edition.as_of.isoformat(), "--name", edition.name]
            table = str(invented / "tables" / edition.file_name)
            subprocess.run([*told, "reference", "add", "networks", table, *dated], check=True, capture_output=True)
        receipt, _ = _cost([*told, "receive", str(invented / "bundle"), "--json"])
        shutil.rmtree(invented)
        run, said = _cost([*told, "run", "--json"])
        if json.loads(said)["lines"] != lines:
            raise AssertionError(f"{said} does not tell of {lines} lines")
        return {"receive": receipt, "run": run}


def _cost(command: list[str]) -> tuple[Cost, str]:
    begun, before = time.monotonic(), _children()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    ended, peaks = Event(), [0]

    def watch() -> None:
        while not ended.wait(_EVERY):
            peaks.append(_held(child.pid))

    watcher = Thread(target=watch)
    watcher.start()
    said, _ = child.communicate()
    ended.set()
    watcher.join()
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return Cost(time.monotonic() - begun, _children() - before, max(peaks)), said


def _children() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def _held(process: int) -> int:
    """MiB that a process and everything it started hold now; a shared page counts once."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    held = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return (held >> 10) + sum(_held(child) for child, parent in _parents() if parent == process)


def _parents() -> list[tuple[int, int]]:
    """Every process that there is now, with the one that started it."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(stat.parent.name), int(told[1])))
    return found


if __name__ == "__main__":
    main(tuple(int(given.replace("_", "")) for given in sys.argv[1:]) or SIZES)
