"""An invented tip, received and run once for all stories that only read what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run
from leadline.synthetic.inventor import Invented, invent

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def invented_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Invented, Path]:
    """The invention and the workspace in which it was run."""
    folder = tmp_path_factory.mktemp("story")
    invented = invent(folder / "invented", scale="tiny", seed=3)
    where = ("--workspace", str(folder / "workspace"))
    assert run(["init", str(folder / "workspace")]) == 0
    for table in invented.tables:
        named = ("--as-of", str(table.as_of), "--name", table.name)
        assert run(["reference", "add", "networks", str(table.path), *named, *where]) == 0
    assert run(["receive", str(invented.bundle), *where]) == 0
    assert run(["run", *where]) == 0
    return invented, folder / "workspace"
