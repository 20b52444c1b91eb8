"""The files of the repository as the house tests see them: what is tracked or about to be."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "leadline"
_NOT_OURS = {".git", ".venv", ".venv-lock", "demo", "build", "dist", "__pycache__"}


@cache
def files() -> tuple[str, ...]:
    """Paths below the root of every file that git tracks or would add, without those that are gone."""
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    named = asked.stdout.decode().split("\0") if asked.returncode == 0 else _walked()
    return tuple(sorted(name for name in set(named) if name and (ROOT / name).is_file()))


def _walked() -> list[str]:
    """All files, for a copy of the repository that is no clone."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [str(path) for path in found if not _NOT_OURS & set(path.parts) and ".egg-info" not in str(path)]


@cache
def lines(path: str) -> tuple[str, ...]:
    """The lines of a text file; none of a binary one."""
    content = (ROOT / path).read_bytes()
    return () if b"\0" in content else tuple(content.decode("utf-8", "replace").splitlines())


@cache
def python() -> tuple[str, ...]:
    """Every Python file."""
    return tuple(path for path in files() if path.endswith(".py"))


@cache
def tree(path: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))
