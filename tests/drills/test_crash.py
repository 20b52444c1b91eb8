"""`kill -9` at random moments of receive and run: resumed, everything is as if nothing had happened."""

from __future__ import annotations

import json
import random
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from leadline.synthetic.inventor import Invented, invent
from tests.drills.forking import Forks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.drill
MOMENTS = 200
MOMENTS_TOGETHER = 40
KILLS_A_VERB = 12
KILLED = -9


def verbs(invented: Invented) -> dict[str, tuple[str, ...]]:
    return {"receive": ("receive", str(invented.bundle)), "run": ("run",)}


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with Forks(tmp_path_factory.mktemp("forks") / "said") as started:
        yield started


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with Forks(tmp_path_factory.mktemp("together") / "said", together=True) as started:
        yield started


def carry_out(forks: Forks, workspace: Path, *arguments: str) -> None:
    assert forks.run("--workspace", str(workspace), *arguments) == 0, forks.said()


def made(forks: Forks, workspace: Path, invented: Invented) -> Path:
    carry_out(forks, workspace, "init", str(workspace))
    for table in invented.tables:
        kind = ["--kind", table.kind] if table.kind else []
        named = ["--as-of", str(table.as_of), "--name", table.name]
        carry_out(forks, workspace, "reference", "add", "networks", str(table.path), *named, *kind)
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
    forks: Forks, invented: Invented, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    whole = made(forks, tmp_path / "whole", invented)
    spans = {}
    for verb, arguments in verbs(invented).items():
        began = time.monotonic()
        carry_out(forks, whole, *arguments)
        spans[verb] = time.monotonic() - began
    expected = facts(whole)
    rng = random.Random(2019)
    template = made(forks, tmp_path / "template", invented)
    kills = {"receive": 0, "run": 0}
    worlds = 0
    while sum(kills.values()) < MOMENTS:
        workspace = tmp_path / f"world-{worlds}"
        shutil.copytree(template, workspace)
        for verb, arguments in verbs(invented).items():
            for _ in range(KILLS_A_VERB):
                after = rng.uniform(0.002, spans[verb])
                if forks.run("--workspace", str(workspace), *arguments, kill_after=after) != KILLED:
                    break
                kills[verb] += 1
            carry_out(forks, workspace, *arguments)
        carry_out(forks, workspace, "verify")
        assert facts(workspace) == expected
        for action in ("run:tip:completed", "tip:bundle:received", "exhibit:file:sealed"):
            assert actions(workspace).count(action) == actions(whole).count(action)
        shutil.rmtree(workspace)
        worlds += 1
    drill_figure("moments at which a command was killed", sum(kills.values()))
    drill_figure("of these during receive", kills["receive"])
    drill_figure("worlds resumed to the same digests", worlds)


def test_a_run_killed_while_several_logs_are_read_is_taken_up_again_to_the_same_digests(
    forks: Forks, together: Forks, invented: Invented, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    received = made(forks, tmp_path / "received", invented)
    carry_out(forks, received, *verbs(invented)["receive"])
    whole = tmp_path / "whole"
    shutil.copytree(received, whole)
    began = time.monotonic()
    carry_out(forks, whole, "run")
    span, expected, rng, kills, worlds = time.monotonic() - began, facts(whole), random.Random(2026), 0, 0
    while kills < MOMENTS_TOGETHER:
        workspace = tmp_path / f"world-{worlds}"
        shutil.copytree(received, workspace)
        for _ in range(KILLS_A_VERB):
            if together.run("--workspace", str(workspace), "run", kill_after=rng.uniform(0.002, span)) != KILLED:
                break
            kills += 1
        carry_out(together, workspace, "run")
        carry_out(together, workspace, "verify")
        assert facts(workspace) == expected
        shutil.rmtree(workspace)
        worlds += 1
    drill_figure("moments at which a run with several readers was killed", kills)
    drill_figure("worlds resumed to the digests of one reader", worlds)
