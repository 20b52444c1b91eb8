"""A checkpoint kept outside shows a rollback that nothing inside can show; the workspace that is named is the one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from leadline.cli.main import run
from leadline.inquiry.source_lines import line_texts
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.manifest import TipFile
from leadline.settings import read_settings
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_rollback_shows_against_a_checkpoint_that_was_kept_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, older, kept = tmp_path / "workspace", tmp_path / "older", tmp_path / "kept"
    assert run(["init", str(workspace)]) == 0
    shutil.copytree(workspace, older)
    assert run(["--workspace", str(workspace), "set", "best_share", "800"]) == 0
    capsys.readouterr()
    assert run(["--workspace", str(workspace), "checkpoint"]) == 0
    kept.write_bytes(capsys.readouterr().out.encode())
    assert run(["--workspace", str(workspace), "verify", "--witness", str(kept)]) == 0
    assert run(["--workspace", str(older), "verify"]) == 0
    assert run(["--workspace", str(older), "verify", "--witness", str(kept)]) == 4


def test_a_workspace_that_is_named_goes_before_the_one_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("named", "other"):
        assert run(["init", str(tmp_path / name)]) == 0
    monkeypatch.setenv("LEADLINE_WORKSPACE", str(tmp_path / "other"))
    assert run(["--workspace", str(tmp_path / "named"), "set", "best_share", "800"]) == 0
    assert run(["set", "best_share", "650"]) == 0
    assert [read_settings(tmp_path / name).best_share for name in ("named", "other")] == [800, 650]


def test_a_source_line_is_given_as_it_stands(tmp_path: Path) -> None:
    content = b"first\r\nse\x1b[2Jcond \xff\n\n" + b"x" * 9_000 + b"\nlast"
    store = ExhibitStore(tmp_path)
    place = store.path(sha256_of(content))
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    file = TipFile(3, "a.log", FileKind.ACCESS_LOG, "combined", sha256_of(content), "", "", len(content))
    found = line_texts(store, {3: file}, [(3, 5), (3, 1), (3, 2), (3, 4)])
    assert found[3, 1] == "first"
    assert found[3, 2] == "se\x1b[2Jcond \\xff"
    assert found[3, 4] == "x" * 4_000
    assert found[3, 5] == "last"
