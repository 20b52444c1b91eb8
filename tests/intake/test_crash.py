"""A receipt killed after any effect on the disk: received again, all is as if nothing had happened."""

from __future__ import annotations

import contextlib
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from leadline.seal import files
from leadline.seal.custody import verify_workspace
from leadline.stages.intake import receive as receipt
from leadline.stages.intake.receive import receive
from tests.intake.bundles import FILES, entries_of, files_below, make_folder, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EFFECTS = ("write_all", "sync", "rename", "cut", "remove")


class KilledError(BaseException):
    """The process is gone."""


class Death:
    """After so many effects on the disk nothing has an effect any more, clearing up included."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.came = False

    def strike(self, effect: Callable[..., object]) -> Callable[..., object]:
        def struck(*arguments: object, **options: object) -> object:
            if self.left <= 0:
                self.came = True
                raise KilledError
            self.left -= 1
            return effect(*arguments, **options)

        return struck


def kill(monkeypatch: pytest.MonkeyPatch, death: Death) -> None:
    for name in EFFECTS:
        whole = getattr(files, name)
        for module in [one for key, one in sys.modules.items() if key.startswith("leadline.")]:
            if getattr(module, name, None) is whole:
                monkeypatch.setattr(module, name, death.strike(whole))
    for module in (receipt,):
        monkeypatch.setattr(module, "copy_member", death.strike(module.copy_member))
    monkeypatch.setattr(shutil, "rmtree", death.strike(shutil.rmtree))


def killed(workspace: Path, bundle: Path, after: int) -> bool:
    """Receive and die after so many effects; whether death came before the end."""
    death = Death(after)
    with pytest.MonkeyPatch.context() as patched:
        kill(patched, death)
        with contextlib.suppress(KilledError):
            receive(workspace, bundle)
    return death.came


def actions(workspace: Path) -> list[str]:
    return [entry["action"] for entry in entries_of(workspace) if not entry["action"].startswith("log:")]


SEALED = ["exhibit:file:sealed"] * len(FILES) + ["tip:bundle:received"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object], list[str], Path]:
    """An unbroken receipt: bundle, answer, exhibits, a fresh workspace to copy."""
    folder = tmp_path_factory.mktemp("whole")
    bundle = make_folder(folder / "bundle", FILES)
    fresh = make_workspace(folder / "fresh")
    workspace = shutil.copytree(fresh, folder / "workspace")
    answer = receive(workspace, bundle).to_json()
    return bundle, answer, files_below(workspace / "exhibits"), fresh


@pytest.mark.parametrize(("start", "step"), [(0, 3), *(pytest.param(n, 3, marks=pytest.mark.drill) for n in (1, 2))])
def test_killed_after_any_effect_and_received_again_is_the_same(
    start: int, step: int, whole: tuple[Path, dict[str, object], list[str], Path], tmp_path: Path
) -> None:
    bundle, answer, exhibits, fresh = whole
    after, came = start, True
    while came:
        workspace = shutil.copytree(fresh, tmp_path / f"w{after}")
        came = killed(workspace, bundle, after)
        assert receive(workspace, bundle).to_json() == answer, after
        assert files_below(workspace / "exhibits") == exhibits, after
        assert files_below(workspace / "tmp") == [], after
        told = [action for action in actions(workspace) if action != "tip:bundle:seen-again"]
        assert told == SEALED, after
        assert verify_workspace(workspace).faults == (), after
        after += step
    assert after > 20


def test_killed_and_then_given_another_bundle_nothing_unvouched_stays(
    whole: tuple[Path, dict[str, object], list[str], Path], tmp_path: Path
) -> None:
    bundle, _, _, fresh = whole
    other = make_folder(tmp_path / "other", {"inventory.csv": FILES["inventory.csv"]})
    after, came = 0, True
    while came:
        workspace = shutil.copytree(fresh, tmp_path / f"w{after}")
        came = killed(workspace, bundle, after)
        receive(workspace, other)
        assert verify_workspace(workspace).faults == (), after
        after += 4


def test_a_log_put_back_to_an_older_state_makes_no_evidence_vanish(
    whole: tuple[Path, dict[str, object], list[str], Path], tmp_path: Path
) -> None:
    bundle, _, exhibits, fresh = whole
    workspace = shutil.copytree(fresh, tmp_path / "workspace")
    receive(workspace, bundle)
    shutil.rmtree(workspace / "log")
    shutil.copytree(fresh / "log", workspace / "log")
    receive(workspace, make_folder(tmp_path / "other", {"notes.txt": b"some notes\n"}))
    assert set(exhibits) <= set(files_below(workspace / "exhibits"))


def test_a_planted_note_takes_nothing_away_but_unvouched_exhibits(
    whole: tuple[Path, dict[str, object], list[str], Path], tmp_path: Path
) -> None:
    bundle, _, exhibits, fresh = whole
    workspace = shutil.copytree(fresh, tmp_path / "workspace")
    receive(workspace, bundle)
    note = workspace / "tmp/receive-planted/sealing.json"
    note.parent.mkdir(parents=True)
    paths = [f'"exhibits/{path}"' for path in exhibits]
    note.write_text(f'["leadline.toml", "keys/log.pub", "../outside", "exhibits/../keys/log.key", {", ".join(paths)}]')
    (tmp_path / "outside").write_text("stays")
    receive(workspace, bundle)
    assert verify_workspace(workspace).faults == ()
    assert (tmp_path / "outside").exists()


def test_leftovers_of_other_commands_are_not_touched(
    whole: tuple[Path, dict[str, object], list[str], Path], tmp_path: Path
) -> None:
    bundle, _, _, fresh = whole
    workspace = shutil.copytree(fresh, tmp_path / "workspace")
    (workspace / "tmp/R-0123456789abcdef").mkdir(parents=True)
    (workspace / "tmp/R-0123456789abcdef/piece").write_text("of a run")
    receive(workspace, bundle)
    assert files_below(workspace / "tmp") == ["R-0123456789abcdef/piece"]
