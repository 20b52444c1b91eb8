"""Which bytes must lie where: the files that the log vouches for just now, and those it says were erased."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from leadline.seal.entry import ERASED, SEALED_OFF, Entry, is_evidence_path, payload_path
from leadline.seal.log_audit import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Voucher:
    """The SHA-256 that a file must have, and the entry that says so."""

    sha256: str
    entry: int


@dataclass(slots=True)
class Vouched:
    """The state of the evidence after a sequence of entries; paths are below the workspace."""

    files: dict[str, Voucher] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    """Path → the entry that is its tombstone."""
    manifests: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    """Folders whose manifest is gone or changed, so that nobody can say what belongs there."""


def vouched(workspace: Path, entries: Sequence[Entry]) -> Vouched:
    """Replay the entries, then read the manifests they vouch for.

    For each path the newest entry holds; a tombstone ends it until a newer entry vouches for it again.
    """
    state = Vouched()
    for entry in entries:
        _replay(state, entry)
    for path in sorted(state.manifests):
        _read_manifest(state, workspace, path)
    return state


def _replay(state: Vouched, entry: Entry) -> None:
    if entry.payload_sha256 is not None:
        state.files[payload_path(entry.seq)] = Voucher(entry.payload_sha256, entry.seq)
    for path, digest in entry.digests.items():
        state.manifests.discard(path)
        if entry.action in (ERASED, SEALED_OFF):
            state.files.pop(path, None)
            state.erased[path] = entry.seq
        else:
            state.files[path] = Voucher(digest, entry.seq)
            state.erased.pop(path, None)
            state.manifests.update({path} & {*entry.manifests})


def _read_manifest(state: Vouched, workspace: Path, path: str) -> None:
    voucher = state.files[path]
    folder = path.rpartition("/")[0]
    try:
        data = (workspace / path).read_bytes()
    except OSError:
        data = b""
    if sha256(data).hexdigest() != voucher.sha256:
        state.unlisted.add(folder)
        return
    try:
        for name, digest in _listed(data):
            _vouch(state, f"{folder}/{name}".removeprefix("/"), Voucher(digest, voucher.entry))
    except (ValueError, KeyError, TypeError):
        state.unlisted.add(folder)
        state.faults.append(Fault(path, "is vouched for as a manifest, and is none", voucher.entry))


def _listed(manifest: bytes) -> Iterator[tuple[str, str]]:
    stated: dict[str, Any] = json.loads(manifest)
    for item in stated["files"]:
        if not is_evidence_path(item["path"]) or not isinstance(item["sha256"], str):
            raise ValueError("no path")
        yield item["path"], item["sha256"]


def _vouch(state: Vouched, path: str, voucher: Voucher) -> None:
    """A file named by a manifest: an entry of its own, or a tombstone, holds where it is newer."""
    own = state.files.get(path)
    newest = max(own.entry if own else -1, state.erased.get(path, -1))
    if newest < voucher.entry:
        state.files[path] = voucher
        state.erased.pop(path, None)
