"""Two hundred media files, each in every wrapping, offered to intake: none is taken and no piece of one is stored."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused
from leadline.stages.intake.receive import receive
from tests.intake.bundles import FILES, make_folder, make_workspace
from tests.intake.real_media import WRAPPINGS, media, pieces_of, stored_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.drill
FILES_OF_MEDIA = 200


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_two_hundred_media_files_are_refused_and_nothing_of_them_is_kept(
    wrapping: str, tmp_path: Path, drill_figure: Callable[..., None]
) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    pytest.importorskip("av", reason="the extra `devices` is not installed")
    path, wrap = WRAPPINGS[wrapping]
    workspace = make_workspace(tmp_path / "workspace")
    taken, pieces = [], []
    for number in range(FILES_OF_MEDIA):
        name, data = media(number)
        bundle = make_folder(tmp_path / "bundle", FILES | {path.format(name=name): wrap(data)})
        try:
            receive(workspace, bundle)
            taken.append(name)
        except InputRefused:
            pieces += pieces_of(data)
        shutil.rmtree(bundle)
    stored = [form for file in workspace.rglob("*") if file.is_file() for form in stored_bytes(file.read_bytes())]
    assert taken == []
    kept = [piece for piece in pieces for form in stored if piece in form]
    assert kept == []
    drill_figure(f"media files taken, {wrapping}", len(taken))
    drill_figure(f"pieces of media stored, {wrapping}", len(kept))
