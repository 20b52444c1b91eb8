"""`kill -9` at random moments of an examination: taken up again, the findings are as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from leadline.examination import OPENED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.drill
WORLDS, EACH = 5, 10
"""Workspaces, and moments at which the examination in each is killed."""
MOST_TRIES = 25
"""A process that is done before its moment comes is no hit, and another is started."""
FILES = 8_000
MODULE = "leadline.cli.main"


def command(workspace: Path, *arguments: object) -> list[str]:
    return [sys.executable, "-m", MODULE, "--workspace", str(workspace), *(str(word) for word in arguments)]


def carry_out(workspace: Path, home: Path, *arguments: object) -> str:
    done = subprocess.run(
        command(workspace, *arguments), capture_output=True, text=True, timeout=300, check=False, env=environment(home)
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "XDG_DATA_HOME": str(home)}


def killed_after(seconds: float, workspace: Path, home: Path, *arguments: object) -> bool:
    process = subprocess.Popen(
        command(workspace, *arguments),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        env=environment(home),
    )
    try:
        _, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    assert process.returncode == 0, told
    return False


def test_a_killed_examination_is_taken_up_again_to_the_same_findings(
    tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    device, home, chance = tmp_path / "device", tmp_path / "home", random.Random(2019)
    device.mkdir()
    for at in range(FILES):
        (device / f"f{at:05}").write_bytes(chance.randbytes(chance.randint(0, 20_000)))
    examination = ("examine", device, "--authority", "order 17", "--json")
    whole = tmp_path / "whole"
    carry_out(whole, home, "init", whole)
    began = time.monotonic()
    carry_out(whole, home, *examination)
    span = time.monotonic() - began
    expected = carry_out(whole, home, "findings")
    hits = resumed = 0
    for world in range(WORLDS):
        workspace = tmp_path / f"world-{world}"
        carry_out(workspace, home, "init", workspace)
        killed = tries = 0
        while killed < EACH and tries < MOST_TRIES:
            killed += killed_after(chance.uniform(0.3, span * 0.98), workspace, home, *examination)
            tries += 1
        hits += killed
        done = json.loads(carry_out(workspace, home, *examination))
        resumed += done["source"]["resumed_at"] > 0
        carry_out(workspace, home, "verify")
        finished = [done["examination"], *(path.name for path in (workspace / "lake").glob("X-*"))]
        for identifier in set(finished):
            assert carry_out(workspace, home, "findings", identifier) == expected
        log = (workspace / "log/entries.jsonl").read_text().splitlines()
        assert sum(json.loads(line)["action"] == OPENED for line in log) == len(set(finished))
    assert hits == WORLDS * EACH
    assert resumed
    drill_figure("moments at which an examination was killed", hits)
    drill_figure("worlds whose last examination went on from an earlier one's entries", resumed)
