"""Writes docs/drills.md from the figures that the drills noted: `python -m benchmarks.drill_report FIGURES TARGET`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

HEAD = """# Drills

Written by `make drill`; not by hand. Each figure was measured by the test that is named beside it.

- Date: {date} (UTC)
- Commit: {commit}
- Machine: {cores} cores, Python {python}
- Outcome: {outcome}

| drill | figure | value |
|---|---|---|
"""


def main(arguments: list[str] | None = None) -> None:
    """Read the figures, one JSON object a line, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--status", type=int, default=0, help="exit code of the drill")
    given = parser.parse_args(arguments)
    given.target.write_text(report(figures(given.figures), status=given.status, commit=commit()), encoding="utf-8")


def figures(path: Path) -> list[dict[str, object]]:
    """The noted figures in the order of drill, then of noting; none where there is no file."""
    if not path.exists():
        return []
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return sorted(found, key=lambda figure: str(figure["drill"]))


def report(noted: list[dict[str, object]], *, status: int, commit: str) -> str:
    """The page as text."""
    outcome = "all drills passed" if status == 0 else f"NOT passed (exit code {status})"
    head = HEAD.format(
        date=datetime.now(UTC).date().isoformat(),
        commit=commit,
        cores=os.cpu_count(),
        python=platform.python_version(),
        outcome=outcome,
    )
    rows = [f"| {one['drill']} | {one['what']} | {one['value']} {one['unit']}".rstrip() + " |\n" for one in noted]
    return head + "".join(rows or ["| none | no drill noted a figure | |\n"])


def commit() -> str:
    """The commit the drill ran on, with a word if files were changed since."""
    known = _git("rev-parse", "--short=12", "HEAD")
    return "none" if not known else known + (" with changes not committed" if _git("status", "--porcelain") else "")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    main()
