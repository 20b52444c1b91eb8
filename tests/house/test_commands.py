"""The two commands of the README are what a build machine runs, and they say what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.house.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MAKE = shutil.which("make")


def test_the_build_machine_runs_the_readmes_own_test_command() -> None:
    assert "make test " in (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("make test")


@pytest.mark.skipif(MAKE is None, reason="no make on this machine")
@pytest.mark.parametrize("target", ["demo", "test", "drill", "bench", "evaluate", "lint", "clean", "lock"])
def test_every_target_that_a_page_names_is_there(target: str) -> None:
    done = subprocess.run([MAKE or "", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(MAKE is None, reason="no make on this machine")
def test_the_demo_takes_a_scale_and_a_seed() -> None:
    done = subprocess.run(
        [MAKE or "", "-n", "demo", "SCALE=operation", "SEED=7"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert re.search(r'leadline demo --scale "operation" --seed "7" --workspace "demo/operation-7"', done.stdout)


def answering(folder: Path, *, program: str) -> Path:
    """A stand-in for python3 that answers as the shell program says."""
    fake = folder / "python3"
    fake.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
    fake.chmod(0o755)
    return fake


def make_venv(python: Path, target: Path) -> subprocess.CompletedProcess[str]:
    # No apt-get and no id on this PATH's way: the script must stop and say what to install.
    return subprocess.run(
        ["/bin/sh", str(ROOT / ".ci" / "make-venv"), str(target)],
        env={"PYTHON": str(python), "PATH": str(python.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_refused_with_a_sentence(tmp_path: Path) -> None:
    old = answering(tmp_path, program='[ "$1" = --version ] && echo Python 3.10.1; exit 1')
    done = make_venv(old, tmp_path / "venv")
    assert done.returncode == 1
    assert "Python 3.10.1 is too old: Leadline needs Python 3.11 or newer" in done.stderr


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    done = make_venv(tmp_path / "absent", tmp_path / "venv")
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    bare = answering(tmp_path, program='case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    done = make_venv(bare, tmp_path / "venv")
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
