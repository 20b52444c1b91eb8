"""Is everything in this workspace still what was sealed? The check behind ``leadline verify``."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadline.errors import Busy, IntegrityBroken, WrongUsage
from leadline.seal.checkpoint import Verifier
from leadline.seal.entry import DISPOSABLE
from leadline.seal.hashing import sha256_file
from leadline.seal.lock import holder, is_held, locked
from leadline.seal.log import PRIVATE_KEY, PUBLIC_KEY, read_private_key, read_public_key
from leadline.seal.log_audit import CHECKPOINTS, ENTRIES, LEAVES, Fault, LogAudit, audit_log
from leadline.seal.vouching import Vouched, Voucher, vouched

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["Fault", "Part", "Verification", "verify_part", "verify_workspace"]

_LOG_FILES = frozenset({ENTRIES, LEAVES, CHECKPOINTS})
_EVIDENCE = frozenset({"exhibits", "lake", "log", "keys"})
_THREADS = 2
_PATIENCE = 5.0
"""Seconds to wait for a writer of the log, where what it has written is not covered yet."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the check of a workspace found; it is sound when there are no ``faults``."""

    faults: tuple[Fault, ...]
    """Those of the log first, then by path; one a file."""
    erased: tuple[str, ...]
    """Paths that the log says were erased or sealed off."""
    entries: int
    """Entries of the log that are as they were signed."""
    files: int
    """Files that the log vouches for and that are there with the right bytes."""
    checkpoints: int
    """Checkpoints whose signature holds."""
    root: str
    """Root of the last of them, in hexadecimal; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the check of a part of a workspace found."""

    is_whole: bool
    """Whether the log is, to its root, what was signed."""
    faults: tuple[Fault, ...]
    """Those of the part's files; the log's own are not told."""
    files: int
    """Files of the part that are there with the right bytes."""
    entries: int
    """Entries of the log about the part, each under the root of the newest checkpoint."""


def verify_part(workspace: Path, subjects: Collection[str], *, also: Collection[str] = ()) -> Part:
    """Check the log to its root, but of the files only those of entries about these ``subjects``, and ``also`` paths.

    Nothing in the answer depends on entries about anything else, but for whether the log is whole; where it is not,
    nothing more is said. Writes nothing.
    """
    before = _length(workspace / CHECKPOINTS)
    found = _part(workspace, subjects, also)
    if (found.faults or not found.is_whole) and (is_held(workspace) or _length(workspace / CHECKPOINTS) != before):
        with locked(workspace, doing="verifying", wait=_PATIENCE):
            return _part(workspace, subjects, also)
    return found


def _part(workspace: Path, subjects: Collection[str], also: Collection[str]) -> Part:
    faults: list[Fault] = []
    audit = _audit(workspace, faults, ())
    if faults or audit.faults:
        return Part(is_whole=False, faults=(), files=0, entries=0)
    about = [entry for entry in audit.entries if entry.subject in subjects]
    paths = vouched(workspace, about).files.keys() | set(also)
    # What was rewritten or erased since was told by an entry about something else.
    state = vouched(workspace, [e for e in audit.entries if e.subject in subjects or e.digests.keys() & paths])
    state.files = {path: voucher for path, voucher in state.files.items() if path in paths}
    there = {path for path in state.files if _is_file(workspace / path)}
    wrong = [*state.faults, *_changed(workspace, state, _Tree(files=there))]
    return Part(
        is_whole=True, faults=tuple(_one_a_file(wrong)), files=len(state.files) - len(wrong), entries=len(about)
    )


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def verify_workspace(workspace: Path, *, witnessed: Sequence[bytes] = ()) -> Verification:
    """Check the keys, the log, and every evidence file against the log. Writes nothing, needs no lock.

    Every file outside ``cache/``, ``tmp/`` and ``spill/`` must be vouched for by the log and have the SHA-256
    stated there; links are faults, permissions are not. ``witnessed`` are signed checkpoints of this log that
    were kept outside: without one, a rollback of the whole log with its checkpoints and a rewrite by whoever
    holds the private key cannot be told from the truth.

    :class:`Busy` where faults show while somebody is writing: whether they are real can only be said after.
    """
    if not any((workspace / name).exists() for name in ("log", "keys", "leadline.toml")):
        raise WrongUsage(f"{workspace} is no workspace.", advice="Name one with --workspace.")
    before = _length(workspace / CHECKPOINTS)
    found = _verify(workspace, witnessed)
    if found.faults and (workspace / ENTRIES).is_file() and is_held(workspace):
        raise Busy(
            f"{found.faults[0].path} {found.faults[0].problem}, or is being written just now by {holder(workspace)}.",
            advice="Verify again when it has finished.",
        )
    if found.faults and _length(workspace / CHECKPOINTS) != before:
        return _verify(workspace, witnessed)
    return found


def _verify(workspace: Path, witnessed: Sequence[bytes]) -> Verification:
    faults: list[Fault] = []
    audit = _audit(workspace, faults, witnessed)
    faults.extend(audit.faults)
    state = vouched(workspace, audit.entries)
    tree = _Tree.walk(workspace)
    faults.extend(sorted([*state.faults, *tree.faults], key=lambda fault: fault.path))
    changed = _changed(workspace, state, tree)
    faults.extend(changed)
    faults.extend(_lingering(state, tree))
    if audit.complete:
        faults.extend(_strays(state, tree))
    return Verification(
        faults=tuple(_one_a_file(faults)),
        erased=tuple(sorted(state.erased)),
        entries=len(audit.entries),
        files=len(state.files) - len(changed),
        checkpoints=len(audit.checkpoints),
        root=audit.checkpoints[-1].root.hex() if audit.checkpoints else "",
    )


def _audit(workspace: Path, faults: list[Fault], witnessed: Sequence[bytes]) -> LogAudit:
    notes = _bytes(workspace, CHECKPOINTS, faults)
    leaves = _bytes(workspace, LEAVES, faults)
    entries = _bytes(workspace, ENTRIES, faults)
    verifier = _verifier(workspace, notes, faults)
    if verifier is None:
        return LogAudit((), (), (), complete=False)
    return audit_log(entries=entries, leaves=leaves, checkpoints=notes, verifier=verifier, witnessed=witnessed)


def _verifier(workspace: Path, notes: bytes, faults: list[Fault]) -> Verifier | None:
    """The public key, or, where its file is damaged, what the private key says it was."""
    stated = derived = None
    public = _bytes(workspace, PUBLIC_KEY, faults)
    private = _bytes(workspace, PRIVATE_KEY, faults)
    try:
        stated = read_public_key(public)
    except IntegrityBroken as error:
        faults.append(Fault(PUBLIC_KEY, f"is damaged: {error.message}", 0))
    try:
        name = stated.name if stated else notes.split(b"\n", 1)[0].decode("utf-8", "replace")
        derived = Verifier(name, read_private_key(private).public_key().public_bytes_raw())
    except (IntegrityBroken, WrongUsage) as error:
        faults.append(Fault(PRIVATE_KEY, f"is damaged: {error.message}", 0))
    if stated and derived and stated != derived:
        return _fitting(stated, derived, notes, faults)
    return stated or derived


def _fitting(stated: Verifier, derived: Verifier, notes: bytes, faults: list[Fault]) -> Verifier:
    """Of two keys that do not belong together, the one that signed the first checkpoint."""
    first = b"\n".join(notes.split(b"\n")[:5]) + b"\n"
    try:
        derived.open_checkpoint(first)
    except IntegrityBroken:
        faults.append(Fault(PRIVATE_KEY, "does not belong to the public key", 0))
        return stated
    faults.append(Fault(PUBLIC_KEY, "does not belong to the private key, which signed the log", 0))
    return derived


@dataclass(slots=True)
class _Tree:
    """What lies in the workspace, by path below it."""

    files: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def walk(cls, workspace: Path) -> _Tree:
        tree = cls()
        for name, kind in _listing(workspace, "", skip=DISPOSABLE):
            if stat.S_ISREG(kind):
                tree.files.add(name)
            elif name.partition("/")[0] in _EVIDENCE:
                what = "is a link" if stat.S_ISLNK(kind) else "is neither a file nor a folder"
                tree.faults.append(Fault(name, what, None))
        return tree


def _listing(folder: Path, prefix: str, *, skip: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Path and file type of everything below a folder but folders; links are not followed."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name in skip:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _listing(folder / entry.name, f"{prefix}{entry.name}/", skip=frozenset())
        else:
            yield f"{prefix}{entry.name}", entry.stat(follow_symlinks=False).st_mode


def _changed(workspace: Path, state: Vouched, tree: _Tree) -> list[Fault]:
    def check(item: tuple[str, Voucher]) -> Fault | None:
        path, voucher = item
        problem = _problem(workspace / path, voucher.sha256) if path in tree.files else "is gone"
        return Fault(path, problem, voucher.entry) if problem else None

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="verify") as pool:
        return [fault for fault in pool.map(check, sorted(state.files.items())) if fault]


def _problem(path: Path, expected: str) -> str:
    try:
        actual = sha256_file(path)
    except FileNotFoundError:
        return "is gone"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "" if actual == expected else f"was changed: its SHA-256 is {actual}, the log says {expected}"


def _lingering(state: Vouched, tree: _Tree) -> list[Fault]:
    problem = "is still there, though the log says that it was erased"
    return [Fault(path, problem, entry) for path, entry in sorted(state.erased.items()) if path in tree.files]


def _strays(state: Vouched, tree: _Tree) -> list[Fault]:
    """Files among the evidence that no entry vouches for, but for those whose own manifest is damaged.

    Files elsewhere in the workspace (an export written into the current folder) are nobody's evidence.
    """
    known = state.files.keys() | state.erased.keys() | _LOG_FILES
    return [
        Fault(path, "is not in the log", None)
        for path in sorted(tree.files - known)
        if path.partition("/")[0] in _EVIDENCE and not any(path.startswith(f"{folder}/") for folder in state.unlisted)
    ]


def _one_a_file(faults: Iterable[Fault]) -> Iterator[Fault]:
    seen: set[str] = set()
    for fault in faults:
        if fault.path not in seen:
            seen.add(fault.path)
            yield fault


def _bytes(workspace: Path, name: str, faults: list[Fault]) -> bytes:
    try:
        return (workspace / name).read_bytes()
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        faults.append(Fault(name, "is gone" if gone else f"cannot be read: {error.strerror}", None))
        return b""


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
