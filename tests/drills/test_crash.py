"""`kill -9` at random moments of receive and run: resumed, everything is as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from leadline.synthetic.inventor import Invented, invent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.drill
MOMENTS = 200
KILLS_A_VERB = 6
LIMIT_SECONDS = 300


def verbs(invented: Invented) -> dict[str, tuple[str, ...]]:
    return {"receive": ("receive", str(invented.bundle)), "run": ("run",)}


def command(workspace: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "leadline.cli.main", "--workspace", str(workspace), *arguments]


def carry_out(workspace: Path, *arguments: str) -> str:
    done = subprocess.run(
        command(workspace, *arguments), capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kill_after(seconds: float, workspace: Path, *arguments: str) -> bool:
    """Start a command, kill it after so long; whether it was still at work."""
    process = subprocess.Popen(
        command(workspace, *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def made(workspace: Path, invented: Invented) -> Path:
    subprocess.run([sys.executable, "-m", "leadline.cli.main", "init", str(workspace)], check=True, capture_output=True)
    for table in invented.tables:
        kind = ["--kind", table.kind] if table.kind else []
        carry_out(
            workspace,
            "reference",
            "add",
            "networks",
            str(table.path),
            "--as-of",
            str(table.as_of),
            "--name",
            table.name,
            *kind,
        )
    return workspace


def facts(workspace: Path) -> dict[str, str]:
    """Digests of everything that receive and run made, the time of day left out."""
    (recorded,) = (workspace / "lake").glob("R-*/run.json")
    record = json.loads(recorded.read_bytes())
    exhibits = sorted(path.name for path in (workspace / "exhibits").rglob("*") if path.is_file())
    return {file["path"]: file["sha256"] for file in record["files"]} | {"exhibits": " ".join(exhibits)}


def actions(workspace: Path) -> list[str]:
    entries = (workspace / "log/entries.jsonl").read_text().splitlines()
    return [json.loads(entry)["action"] for entry in entries]


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Invented:
    return invent(tmp_path_factory.mktemp("invented"), scale="tiny", seed=7)


def test_a_killed_receive_or_run_is_taken_up_again_to_the_same_digests(
    invented: Invented, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    whole = made(tmp_path / "whole", invented)
    spans = {}
    for verb, arguments in verbs(invented).items():
        began = time.monotonic()
        carry_out(whole, *arguments)
        spans[verb] = time.monotonic() - began
    expected = facts(whole)
    rng = random.Random(2019)
    template = made(tmp_path / "template", invented)
    kills = {"receive": 0, "run": 0}
    worlds = 0
    while sum(kills.values()) < MOMENTS:
        workspace = tmp_path / f"world-{worlds}"
        shutil.copytree(template, workspace)
        for verb, arguments in verbs(invented).items():
            for _ in range(KILLS_A_VERB):
                if not kill_after(rng.uniform(0.05, spans[verb]), workspace, *arguments):
                    break
                kills[verb] += 1
            carry_out(workspace, *arguments)
        carry_out(workspace, "verify")
        assert facts(workspace) == expected
        for action in ("run:tip:completed", "tip:bundle:received", "exhibit:file:sealed"):
            assert actions(workspace).count(action) == actions(whole).count(action)
        shutil.rmtree(workspace)
        worlds += 1
    drill_figure("moments at which a command was killed", sum(kills.values()))
    drill_figure("of these during receive", kills["receive"])
    drill_figure("worlds resumed to the same digests", worlds)
