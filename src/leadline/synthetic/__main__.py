"""Invents a tip from the shell: `python -m leadline.synthetic FOLDER --scale small --seed 1`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from leadline.synthetic.inventor import invent
from leadline.synthetic.scale import SCALES, scaled


def main(arguments: list[str] | None = None) -> None:
    """Invent into an empty folder and print the sums that the truth states."""
    parser = argparse.ArgumentParser(prog="python -m leadline.synthetic", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", choices=sorted(SCALES), default="small")
    parser.add_argument("--lines", type=int, help="this many lines instead of the scale's")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    scale = scaled(lines=given.lines) if given.lines else SCALES[given.scale]
    invented = invent(given.folder, scale=scale, seed=given.seed, progress=_progress)
    sys.stdout.write(json.dumps(invented.sums) + "\n")


def _progress(written: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{written:,} of {total:,} lines invented")
        sys.stderr.write("\n" if written == total else "")


if __name__ == "__main__":
    main()
