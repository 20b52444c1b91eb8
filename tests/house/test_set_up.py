"""What the tests need from the machine is installed, or named; nothing is skipped in silence."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ordinary(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who may not install packages."""
    program = tmp_path / "id"
    program.write_text("#!/bin/sh\necho 1000\n")
    program.chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


def ask(repository: Path, wanted: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = repository / ".ci" / "debian-packages"
    return subprocess.run(
        ["sh", str(script), "-"], input=wanted, env=environment, capture_output=True, text=True, check=False
    )


def test_what_is_there_needs_nothing(repository: Path, ordinary: dict[str, str]) -> None:
    done = ask(repository, "# a comment\n\nsh dash the shell\n/bin/s* dash by a path with a star\n", ordinary)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_missing_is_named_and_stops(repository: Path, ordinary: dict[str, str]) -> None:
    done = ask(repository, "no-such-program some-package a test\n/no/such-* other-package a test\n", ordinary)
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends other-package some-package" in done.stderr


def test_one_may_go_on_without(repository: Path, ordinary: dict[str, str]) -> None:
    done = ask(repository, "no-such-program some-package a test\n", {**ordinary, "MISSING": "skip"})
    assert done.returncode == 0
    assert "some-package" in done.stderr


def test_the_list_names_a_package_and_a_reason_for_each_program(repository: Path) -> None:
    lines = (repository / ".ci" / "debian-packages.txt").read_text().splitlines()
    assert all(len(line.split()) >= 3 for line in lines if line and not line.startswith("#"))
