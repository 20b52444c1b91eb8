"""Make a workspace and change its settings; both are sealed in its log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.settings import FILE_NAME, Settings, fitting_text, read_settings, settings_text
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("exhibits", "lake", "cache", "tmp", "spill")
_BEGUN = {FILE_NAME, "keys", "cache", "tmp"}
"""What an interrupted `init` may leave; it is taken up again."""


def make_workspace(folder: Path, *, agency: str = "unassigned") -> Path:
    """Make the workspace's folders, settings, key and log in ``folder``; returns its absolute path.

    :class:`WrongUsage` where a workspace, or any file, is there already.
    """
    target = folder.resolve()
    if (target / "log").exists():
        raise WrongUsage(f"{target} is a workspace already.", advice="Use it, or name another folder.")
    if target.exists() and {path.name for path in target.iterdir()} - _BEGUN:
        raise WrongUsage(f"{target} is not empty.", advice="Name a new or an empty folder.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = settings_text(Settings(agency=agency)).encode()
    write_durably(target / FILE_NAME, text)
    Log.create(target, origin="leadline.example/workspace", digests={FILE_NAME: sha256_of(text)})
    for name in FOLDERS:
        (target / name).mkdir(exist_ok=True)
    return target


def change_setting(workspace: Path, key: str, value: str) -> None:
    """Change one setting of the sealed file; :class:`WrongUsage` for a key or value that does not fit."""
    settings = replace(read_settings(workspace, {}), **{key: fitting_text(key, value)})  # type: ignore[arg-type]
    text = settings_text(settings).encode()
    log = Log.open(workspace)
    with log.writing("set"):
        write_durably(workspace / FILE_NAME, text)
        log.append("workspace:settings:sealed", digests={FILE_NAME: sha256_of(text)})
