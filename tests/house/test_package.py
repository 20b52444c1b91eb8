"""What is installed is whole, works without the desk's libraries, and starts fast."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.house.tree import ROOT, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("duckdb", "pyarrow", "rich", "numpy", "cryptography", "sqlglot", "hypothesis")

EXTRAS = (
    *("django", "splink", "pyspark"),
    *("sqlglot", "pytest", "hypothesis"),
    *("av", "pdqhash", "PIL", "pyewf", "pytsk3"),
)
"""What a bare install does not have: the desk, distant engines, development, devices."""

DESK = (["casefile"], ["jobs"], ["web"])
"""Rooms that need what the extra `desk` installs."""

BARE = f"""
import sys
class NotHere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError("not in a bare install: " + name, name=name)
sys.meta_path.insert(0, NotHere())
"""


def python(program: str, *, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def modules() -> list[str]:
    """Every module of Leadline by its dotted name, but for those of development and of the desk."""
    paths = sorted(path.relative_to(SOURCE.parent) for path in SOURCE.rglob("*.py"))
    names = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return [name for name in names if not name.endswith("__main__") and name.split(".")[1:2] not in DESK]


def test_the_command_line_imports_without_django() -> None:
    done = python(BARE + "import leadline.cli.main")
    assert done.returncode == 0, done.stderr


def test_every_module_imports_with_the_runtime_packages_alone() -> None:
    done = python(BARE + f"import importlib\nfor name in {modules()!r}: importlib.import_module(name)")
    assert done.returncode == 0, done.stderr


def test_help_is_printed_without_loading_what_only_work_needs() -> None:
    done = python(
        "import sys, json\nfrom leadline.cli.main import main\nsys.argv = ['leadline', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert "receive" in done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that setuptools would put into the package, as a folder."""
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(SOURCE, folder / "src" / "leadline", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    program = "from setuptools import setup; setup(script_args=['-q', 'build_py', '--build-lib', 'built'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "built" / "leadline"


def test_everything_in_the_source_is_in_the_package(built: Path) -> None:
    def held(folder: Path) -> set[str]:
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    assert held(SOURCE) - held(built) == set()


def test_the_rules_and_the_prelude_are_in_the_package(built: Path) -> None:
    assert (built / "facts" / "prelude.sql").read_bytes() == (SOURCE / "facts" / "prelude.sql").read_bytes()
    assert len(list(built.glob("stages/*/rules/*.sql"))) == len(list(SOURCE.glob("stages/*/rules/*.sql")))
