"""A bundle that lies open in a folder."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from leadline.stages.intake.member import Member, refuse_bad_name, refuse_twins, shown
from leadline.stages.intake.refusal import BundleRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OPENING = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class FolderBundle:
    """All regular files below a folder; links and special files are refused."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.members = tuple(sorted(_walked(folder, ""), key=lambda member: member.path))
        refuse_twins(member.path for member in self.members)

    def open(self, member: Member) -> BinaryIO:
        """The file as it lies there; refused where it is gone or no longer a file."""
        try:
            descriptor = os.open(self._folder / member.path, _OPENING)
        except OSError as error:
            raise _unreadable(member.path, error) from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise _special(member.path)
        return os.fdopen(descriptor, "rb", buffering=0)

    def close(self) -> None:
        """A folder needs none."""


def _walked(folder: Path, prefix: str) -> Iterator[Member]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(prefix or str(folder), error) from error
    for entry in found:
        yield from _below(folder, prefix, entry)


def _below(folder: Path, prefix: str, entry: os.DirEntry[str]) -> Iterator[Member]:
    path = f"{prefix}{entry.name}"
    refuse_bad_name(path)
    if entry.is_symlink():
        raise BundleRefused(
            "is a link; a bundle holds files only.",
            code="link",
            where=shown(path),
            advice="Put the file itself there, or take the link away.",
        )
    if entry.is_dir(follow_symlinks=False):
        yield from _walked(folder / entry.name, f"{path}/")
    elif entry.is_file(follow_symlinks=False):
        yield Member(path, entry.stat(follow_symlinks=False).st_size)
    else:
        raise _special(path)


def _special(path: str) -> BundleRefused:
    return BundleRefused(
        "is a device, a pipe or a socket; a bundle holds files only.",
        code="special-file",
        where=shown(path),
        advice="Take it out of the folder.",
    )


def _unreadable(path: str, error: OSError) -> BundleRefused:
    return BundleRefused(
        f"cannot be read ({error.strerror}).",
        code="unreadable",
        where=shown(path),
        advice="Make it readable, or take it out of the folder.",
    )
