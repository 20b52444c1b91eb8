"""Writing that survives a power cut: nothing is under its name before all of it is on the disk.

Every effect on the disk goes through the few functions at the end, so that tests can stop the world after
each of them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from leadline.errors import IntegrityBroken

_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_CREATING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


def write_durably(path: Path, data: bytes, *, mode: int = 0o444, scratch: Path | None = None) -> None:
    """Put ``data`` under ``path``, replacing what was there, whole or not at all.

    The temporary file lies in ``scratch`` (same file system; a workspace's ``tmp/``, so that a crash leaves
    nothing among the evidence) or, without it, beside ``path``. ``mode`` is the file's final permission.
    """
    folder = scratch or path.parent
    make_folder(folder)
    temporary = folder / f".{path.name}.{secrets.token_hex(8)}.tmp"
    try:
        _write_new(temporary, data)
        publish(temporary, path, mode=mode)
    except Exception:
        temporary.unlink(missing_ok=True)
        raise


def publish(tmp_path: Path, final_path: Path, *, mode: int = 0o444) -> None:
    """Move a finished file to its name: sync it, set ``mode``, rename, sync the folder.

    Both paths must lie in the same file system.
    """
    make_folder(final_path.parent)
    tmp_path.chmod(mode)
    sync(tmp_path)
    rename(tmp_path, final_path)
    sync(final_path.parent)


def publish_folder(tmp_dir: Path, final_dir: Path, *, mode: int = 0o444) -> None:
    """Move a finished folder to its name, all its files set to ``mode`` and synced first.

    :class:`IntegrityBroken` when the name is taken: published folders are never written over.
    """
    if final_dir.exists():
        raise IntegrityBroken("The folder is already there.", where=str(final_dir), advice="Verify the workspace.")
    make_folder(final_dir.parent)
    for folder, _, names in os.walk(tmp_dir, topdown=False):
        for name in sorted(names):
            file = Path(folder, name)
            file.chmod(mode)
            sync(file)
        sync(Path(folder))
    rename(tmp_dir, final_dir)
    sync(final_dir.parent)


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents, each synced into the one above; a present one is left alone."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync(path.parent)


def append_durably(path: Path, data: bytes) -> None:
    """Add ``data`` at the end of a file and sync it; a crash may leave any beginning of ``data`` there."""
    descriptor = os.open(path, _APPENDING, 0o644)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)
    sync(path)


def cut_durably(path: Path, length: int) -> None:
    """Shorten a file to its first ``length`` bytes and sync it."""
    cut(path, length)
    sync(path)


def remove_durably(path: Path) -> None:
    """Take a file away and sync its folder; one that is gone already is no error."""
    remove(path)
    sync(path.parent)


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, _CREATING, 0o600)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(source: Path, target: Path) -> None:
    source.replace(target)


def cut(path: Path, length: int) -> None:
    os.truncate(path, length)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
