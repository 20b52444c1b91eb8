"""Runs Leadline on an invented tip as anyone would: through its command line, in a workspace of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.inventor import Invented


def candidates(workspace: Path, invented: Invented) -> list[dict[str, Any]]:
    """Load the tables, receive the bundle, run, and hand over the ranked candidates as the contract's JSON.

    Raises :class:`LeadlineError` with the command's own words where one fails.
    """
    _command(workspace, "init", str(workspace))
    for table in invented.tables:
        kind = ("--kind", table.kind) if table.kind else ()
        dated = ("--as-of", table.as_of.isoformat(), "--name", table.name)
        _command(workspace, "reference", "add", "networks", str(table.path), *dated, *kind)
    _command(workspace, "receive", str(invented.bundle))
    _command(workspace, "run")
    listed = _command(workspace, "candidates", "--format", "jsonl")
    return [json.loads(line) for line in listed.splitlines()]


def _command(workspace: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "leadline.cli.main", "--workspace", str(workspace), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADLINE_")}
    done = subprocess.run(  # noqa: S603  the program is this one
        command, capture_output=True, text=True, check=False, env={**environment, "LEADLINE_THREADS": "1"}
    )
    if done.returncode:
        raise LeadlineError(
            f"`leadline {' '.join(arguments)}` ended with {done.returncode}.",
            where=str(workspace),
            advice=done.stderr.strip() or "It said nothing.",
        )
    return done.stdout
