"""A folder: a mounted device or an unpacked store. No link is followed, and no access time is changed where allowed."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from leadline.stages.devices.contract import Item, Notes, SourceKind
from leadline.stages.devices.naming import instant, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_SPARSE_FROM = 64 << 30
_SPECIAL = {
    stat.S_IFIFO: "named pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device",
}


class _Folder:
    parallel = True

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = 0
        self.total_bytes: int | None = None

    def proof(self) -> dict[str, str]:
        """SHA-256 over every name, type, size and time of change below the folder."""
        digest, size, count = hashlib.sha256(), 0, 0
        for name, info in _walk(self._root, Notes()):
            digest.update(b"%b\x00%d %d %d\n" % (name, info.st_mode, info.st_size, info.st_mtime_ns))
            count += 1
            size += info.st_size if stat.S_ISREG(info.st_mode) else 0
        self.total_bytes, self._count = size, count
        return {"tree_sha256": digest.hexdigest()}

    def items(self, notes: Notes) -> Iterator[Item]:
        for name, info in _walk(self._root, notes):
            path = shown(name)
            if stat.S_ISREG(info.st_mode):
                yield _item(self._root, name, path, info)
            elif stat.S_ISLNK(info.st_mode):
                notes.add("link", path, "not followed")
            elif not stat.S_ISDIR(info.st_mode):
                notes.add("special-file", path, _SPECIAL.get(stat.S_IFMT(info.st_mode), "unknown type"))

    def facts(self) -> dict[str, str]:
        return {"kind": "folder", "entries": str(self._count)}

    def close(self) -> None:
        """Nothing is held open."""


def _walk(root: Path, notes: Notes) -> Iterator[tuple[bytes, os.stat_result]]:
    """Name below the root and status of everything, in byte order of names, folders before what they hold."""
    base = os.fsencode(root)
    waiting: list[bytes] = [b""]
    while waiting:
        folder = waiting.pop()
        below: list[bytes] = []
        try:
            names = sorted(os.listdir(os.path.join(base, folder)))  # noqa: PTH118, PTH208  names may be any bytes
        except OSError as error:
            notes.add("folder-unreadable", shown(folder), error.strerror or "")
            continue
        for name in names:
            path = folder + name
            try:
                info = os.lstat(os.path.join(base, path))  # noqa: PTH118
            except OSError as error:
                notes.add("entry-unreadable", shown(path), error.strerror or "")
                continue
            yield path, info
            if stat.S_ISDIR(info.st_mode):
                below.append(path + b"/")
        waiting += reversed(below)


def _item(root: Path, name: bytes, path: str, info: os.stat_result) -> Item:
    problem = ""
    if info.st_size >= _SPARSE_FROM and info.st_blocks * 512 < info.st_size // 1000:
        problem = "sparse: holds almost nothing of the size it claims"

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        descriptor = _open(os.path.join(os.fsencode(root), name))  # noqa: PTH118
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode) or before.st_ino != info.st_ino:
                raise OSError(0, "is no longer the file that it was")
            yield stream
            after = os.fstat(descriptor)
            if (after.st_size, after.st_mtime_ns) != (info.st_size, info.st_mtime_ns):
                raise OSError(0, "was changed while it was read")

    return Item(path, info.st_size, instant(info.st_mtime), opened=opened, problem=problem)


def _open(path: bytes) -> int:
    try:
        return os.open(path, _READING | os.O_NOATIME)
    except PermissionError:
        return os.open(path, _READING)


PLUGIN = SourceKind(name="folder", recognises=Path.is_dir, open=_Folder)
