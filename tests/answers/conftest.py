"""A desk for every test that takes in what came back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.answers.world import Desk, prepare

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with a tip that was run once, with four record holders to ask."""
    folder = tmp_path_factory.mktemp("desk")
    prepare(folder)
    return folder


@pytest.fixture
def desk(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A copy of that workspace, for a test that seals or runs."""
    shutil.copytree(prepared / "workspace", tmp_path / "workspace")
    return Desk(tmp_path / "workspace", tmp_path, capsys)


@pytest.fixture
def shared_desk(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """The workspace that all share; nothing may be sealed at it."""
    return Desk(prepared / "workspace", tmp_path, capsys)
