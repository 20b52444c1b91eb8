"""A file of a bundle and the rules for its name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.stages.intake.refusal import BundleRefused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MAX_NAME = 1000
"""Bytes of the longest path."""

_RENAME = "Ask the provider for a bundle with other names."


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle: its path with ``/``, and how many bytes the bundle says it has."""

    path: str
    bytes: int


def shown(path: str, most: int = 200) -> str:
    """A path or a sentence as it may be printed, whatever it holds, cut to ``most`` characters."""
    printable = path.encode("utf-8", "backslashreplace").decode()
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in printable)[:most]


def refuse_bad_name(path: str) -> None:
    """Refuse a path that is no plain relative one."""
    fault = _fault_of(path)
    if fault:
        raise BundleRefused(f"the name {fault}.", code="bad-name", where=shown(path), advice=_RENAME)


def _fault_of(path: str) -> str:
    segments = path.split("/")
    checks = (
        (not _is_unicode(path), "is not UTF-8"),
        (path.startswith("/") or path[1:2] == ":", "is absolute"),
        ("\\" in path, "has a backslash"),
        (".." in segments, "leads upward"),
        ("" in segments or "." in segments, "has an empty part"),
        (not path.isprintable(), "has characters that cannot be shown"),
        (len(path.encode("utf-8", "replace")) > MAX_NAME, f"is longer than {MAX_NAME} bytes"),
    )
    return next((what for wrong, what in checks if wrong), "")


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def refuse_twins(paths: Iterable[str]) -> None:
    """Refuse two equal names, also where only the Unicode form differs."""
    seen: set[str] = set()
    for path in paths:
        form = unicodedata.normalize("NFC", path)
        if form in seen:
            raise BundleRefused("stands there twice.", code="duplicate-name", where=shown(path), advice=_RENAME)
        seen.add(form)


def refuse_files_as_folders(paths: Collection[str]) -> None:
    """Refuse a name that is a file and a folder as well."""
    parts = (path.split("/") for path in paths)
    folders = {"/".join(one[:depth]) for one in parts for depth in range(1, len(one))}
    for both in sorted(folders.intersection(paths)):
        raise BundleRefused("is a file and a folder.", code="duplicate-name", where=shown(both), advice=_RENAME)
