"""Folders as bundles: files only, each under a name that can be shown."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadline.stages.intake.receive import receive
from tests.intake.bundles import FILES, LOG, files_below, make_folder

if TYPE_CHECKING:
    from tests.intake.conftest import Refusing


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "bundle", FILES)


def test_a_link_to_a_file_is_refused(refused: Refusing, bundle: Path) -> None:
    (bundle / "logs/other.log").symlink_to("access.log")
    told, code = refused(bundle)
    assert code == "link"
    assert "logs/other.log" in told


def test_a_link_to_a_folder_outside_is_refused(refused: Refusing, bundle: Path, tmp_path: Path) -> None:
    (bundle / "more").symlink_to(tmp_path)
    assert refused(bundle)[1] == "link"


def test_a_link_to_nothing_is_refused(refused: Refusing, bundle: Path) -> None:
    (bundle / "gone").symlink_to("nowhere")
    assert refused(bundle)[1] == "link"


def test_a_pipe_is_refused_and_not_waited_for(refused: Refusing, bundle: Path) -> None:
    os.mkfifo(bundle / "pipe.log")
    assert refused(bundle)[1] == "special-file"


def test_a_socket_is_refused(refused: Refusing, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bundle)
    with socket.socket(socket.AF_UNIX) as held:
        held.bind("s")
        assert refused(bundle)[1] == "special-file"


@pytest.mark.parametrize("name", [b"a\xff.log", b"a\n.log", b"a\\b.log", b"\x1b[31m.log"])
def test_a_name_that_cannot_be_shown_is_refused(name: bytes, refused: Refusing, bundle: Path) -> None:
    Path(os.fsdecode(os.fsencode(bundle) + b"/" + name)).write_bytes(LOG.encode())
    told, code = refused(bundle)
    assert code == "bad-name"
    assert told.isprintable()


def test_two_names_of_one_letter_are_refused(refused: Refusing, bundle: Path) -> None:
    (bundle / "\u00e9.log").write_text(LOG)
    (bundle / "e\u0301.log").write_text(LOG)
    assert refused(bundle)[1] == "duplicate-name"


def test_an_empty_folder_is_no_bundle(refused: Refusing, tmp_path: Path) -> None:
    (tmp_path / "b/c").mkdir(parents=True)
    assert refused(tmp_path / "b")[1] == "empty"


def test_a_declaration_one_folder_down_is_not_passed_over(refused: Refusing, tmp_path: Path) -> None:
    bundle = make_folder(tmp_path / "b", {f"tip/{path}": data for path, data in FILES.items()})
    told, code = refused(bundle)
    assert code == "declaration-not-at-top"
    assert "Receive the folder tip itself" in told


def test_a_link_that_is_put_there_while_it_is_read_is_not_followed(
    refused: Refusing, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadline.stages.intake.folder import FolderBundle

    whole = FolderBundle.open

    def swapped(self: FolderBundle, member: object) -> object:
        target = bundle / "inventory.csv"
        if target.is_file() and not target.is_symlink():
            target.unlink()
            target.symlink_to("/proc/self/status")
        return whole(self, member)  # type: ignore[arg-type]

    monkeypatch.setattr(FolderBundle, "open", swapped)
    assert refused(bundle)[1] == "unreadable"


def test_empty_folders_and_hidden_files_are_no_matter(workspace: Path, bundle: Path) -> None:
    (bundle / "empty").mkdir()
    (bundle / ".note").write_text("a note\n")
    paths = [file.path for file in receive(workspace, bundle).manifest.files]
    assert paths == sorted([*FILES, ".note"])
    assert files_below(bundle) == sorted([*FILES, ".note"])
