"""Measures how long linkage takes on many accounts, and how much memory: `python -m benchmarks.linkage`."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.settings import Settings
from leadline.stages.linkage.run import run
from leadline.synthetic.linked import main as invent


def main(arguments: list[str] | None = None) -> None:
    """Invent a world where there is none yet, link it, and print seconds, rows and the peak of memory."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__)
    parser.add_argument("--accounts", type=int, default=90_000)
    parser.add_argument("--world", type=Path, help="a folder made earlier, so that inventing is not measured")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder = given.world or Path(made)
        if not (folder / "persons.csv").exists():
            invent([str(folder), "--accounts", str(given.accounts), "--seed", "1"])
        sys.stdout.write(json.dumps(_measured(folder, given.threads)) + "\n")


def _measured(folder: Path, threads: int) -> dict[str, object]:
    started = time.monotonic()
    with Engine(spill=folder / "spill", threads=threads, memory_mb=2500) as engine:
        lent: dict[str, Any] = {"tip": cast("Any", None), "exhibits": cast("Any", None)}
        run(Work(engine=engine, lake=Lake(folder), settings=Settings(), references=(), scratch=folder, **lent))
        counted = {name: engine.count(name) for name in ("activity", "access", "pair", "link", "cluster")}
    return {
        **counted,
        "seconds": round(time.monotonic() - started, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    main()
