"""Rooms know only the rooms below them; a planted import against the current is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.house.tree import ROOT, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = {
    "a lower room imports a higher one": ("vocabulary/planted.py", "import leadline.facts.engine"),
    "DuckDB outside the engine": ("seal/planted.py", "import duckdb"),
    "DuckDB in another module of facts": ("facts/planted.py", "import duckdb"),
    "Django on the evidence side": ("facts/planted.py", "import django"),
    "the seal knows facts": ("seal/planted.py", "import leadline.facts.engine"),
    "a room without a place": ("annex/__init__.py", ""),
    "a stage knows another": ("stages/one/planted.py", "import leadline.stages.two"),
    "a plug-in imported by name": ("stages/one/run.py", "import leadline.stages.one.plugins.x"),
    "a plug-in knows the run": ("stages/one/plugins/x.py", "import leadline.stages.one.run"),
    "Splink outside linkage": ("stages/one/planted.py", "import splink"),
    "invented data on the evidence side": ("stages/one/planted.py", "import leadline.synthetic.planted"),
    "invented data in another command": ("cli/planted.py", "import leadline.synthetic.planted"),
}


def check(source: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a copy of the source, as the test command does on the source itself."""
    program = (
        "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(source)!r}); {program}"],
        cwd=ROOT,
        env={"PYTHONPATH": str(source), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the Python files, with two small stages and a room of invented data."""
    shutil.copytree(SOURCE, tmp_path / "leadline", ignore=shutil.ignore_patterns("__pycache__", "*.sql", "*.csv"))
    for room in ("stages", "stages/one", "stages/one/plugins", "stages/two", "synthetic", "cli"):
        folder = tmp_path / "leadline" / room
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    (tmp_path / "leadline/stages/one/plugins/x.py").touch()
    (tmp_path / "leadline/stages/one/run.py").touch()
    (tmp_path / "leadline/synthetic/planted.py").touch()
    return tmp_path


def test_the_rooms_as_they_stand_keep_every_contract(copied: Path) -> None:
    done = check(copied)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("plan", PLANTED.values(), ids=PLANTED.keys())
def test_an_import_against_the_current_is_found(copied: Path, plan: tuple[str, str]) -> None:
    path, statement = plan
    planted = copied / "leadline" / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{statement}\n")
    done = check(copied)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
