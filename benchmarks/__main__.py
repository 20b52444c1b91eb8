"""All benchmarks, one after another: `make bench`. Each prints ratios against a named alternative in the same run."""

from __future__ import annotations

import subprocess
import sys

PARTS = ("parsing", "ranking", "lookup", "linkage", "triage", "desk", "linearity", "referrals")


def main() -> int:
    """Run each part in a process of its own, so that none inherits another's memory; returns 1 if any failed."""
    failed = 0
    for part in PARTS:
        print(f"\n== {part}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
