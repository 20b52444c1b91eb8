"""Runs Leadline on an invented tip as anyone would: through its command line, in a workspace of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from leadline.errors import LeadlineError
from leadline.synthetic.answers import invent_answers, write_answers

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.answers import InventedAnswers
    from leadline.synthetic.inventor import Invented

MOST_ANSWERS = 4_000
"""Requests that are answered in one evaluation of one seed."""


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


def answers(workspace: Path, folder: Path, *, seed: int) -> tuple[InventedAnswers, dict[str, Any]]:
    """Answer the requests of the last run, mistakes included, and hand over what `answers FILE --json` says.

    Takes the first :data:`MOST_ANSWERS` requests; the form is written into ``folder``.
    """
    listed = _command(workspace, "requests", "--format", "jsonl").splitlines()[:MOST_ANSWERS]
    invented = invent_answers([json.loads(line) for line in listed], seed)
    form = folder / "answers.csv"
    write_answers(invented, form)
    return invented, json.loads(_command(workspace, "answers", str(form), "--json"))


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
