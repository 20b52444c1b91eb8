"""What one commit adds to the files of the log, and how a crash in the middle of it is undone.

A commit is written in this order, each step synced before the next begins: the payloads (each whole, under
its name), the lines of ``entries.jsonl``, the hashes of ``leaves``, one framed note of ``checkpoints``.

**The crash rule.** An entry counts from the moment a checkpoint covers it, and not before: ``append`` returns
only then. What lies beyond the last checkpoint was therefore never acknowledged. :func:`recover` takes it
away again, and only where it is exactly what a crash can leave: lines of a single commit, the last of them
perhaps torn; hashes of just these lines, perhaps torn, and only when no line is missing; the beginning of just
the checkpoint that would follow, and only when no hash is missing. (A checkpoint whose signature is complete
and lacks only its line ends is completed.) Anything else is tampering or damage: nothing is touched, and
:class:`IntegrityBroken` says so. Recovery never signs an entry that it found, so nobody without the key can
have one signed. It undoes in the reverse order, so it may itself be cut off and run again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from leadline.errors import IntegrityBroken
from leadline.seal import files
from leadline.seal.checkpoint import NOTE_LINES, Checkpoint, Signer, Verifier
from leadline.seal.entry import Draft, Entry, new_salt, payload_bytes, payload_path
from leadline.seal.log_audit import CHECKPOINTS, ENTRIES, LEAVES, frame
from leadline.seal.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LINE_BEGINS = b'{"action":"'
_PAYLOAD = re.compile(r"([0-9]{8,})\.json\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Commit:
    """The bytes that one commit adds."""

    entries: tuple[Entry, ...]
    payloads: Mapping[str, bytes]
    """Path below the workspace → contents."""
    lines: bytes
    leaves: bytes
    note: bytes
    """Framed."""
    tree: Frontier
    """The tree after it."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What recovery took away: whole entries and bytes in the log that no checkpoint covered, and payloads."""

    entries: int = 0
    bytes: int = 0
    payloads: int = 0
    dropped: tuple[str, ...] = ()
    """The lines taken away, the last one perhaps torn."""


def prepare(tree: Frontier, drafts: Sequence[Draft], *, at: str, signer: Signer) -> Commit:
    """Everything that appending ``drafts`` to the log whose tree is ``tree`` will write."""
    after = tree.copy()
    entries: list[Entry] = []
    payloads: dict[str, bytes] = {}
    for seq, draft in enumerate(drafts, tree.size):
        digest = None
        if draft.payload is not None or draft.salt:
            contents = payload_bytes(draft.payload, draft.salt or new_salt())
            payloads[payload_path(seq)] = contents
            digest = sha256(contents).hexdigest()
        entries.append(_entry(draft, seq, tree.size + len(drafts), at, digest))
    lines = [entry.line() for entry in entries]
    leaves = [leaf_hash(line) for line in lines]
    for leaf in leaves:
        after.append(leaf)
    note = frame(signer.checkpoint(after.size, after.root()))
    text = b"".join(line + b"\n" for line in lines)
    return Commit(tuple(entries), payloads, text, b"".join(leaves), note, after)


def _entry(draft: Draft, seq: int, commit: int, at: str, payload_sha256: str | None) -> Entry:
    return Entry(
        seq=seq,
        commit=commit,
        at=at,
        action=draft.action,
        subject=draft.subject,
        digests=dict(draft.digests),
        numbers=dict(draft.numbers),
        manifests=draft.manifests,
        payload_sha256=payload_sha256,
    )


def write(workspace: Path, commit: Commit) -> None:
    """Append a commit durably."""
    for path, contents in commit.payloads.items():
        files.write_durably(workspace / path, contents, scratch=workspace / "tmp")
    files.append_durably(workspace / ENTRIES, commit.lines)
    files.append_durably(workspace / LEAVES, commit.leaves)
    files.append_durably(workspace / CHECKPOINTS, commit.note)


def last_checkpoint(data: bytes, verifier: Verifier) -> tuple[Checkpoint, bytes, int]:
    """The last whole checkpoint of the file, its signature verified; its note; and where its frame ends."""
    lines = data.split(b"\n")
    step = NOTE_LINES + 1
    whole = (len(lines) - 1) // step * step
    if not whole:
        raise _damaged(CHECKPOINTS, "holds no whole checkpoint")
    end = sum(map(len, lines[:whole])) + whole
    note = b"\n".join(lines[whole - step : whole - 1]) + b"\n"
    return verifier.open_checkpoint(note), note, end


def recover(workspace: Path, signer: Signer) -> tuple[Frontier, Repair]:
    """Undo what a crash left of a commit; returns the tree of the log. The caller holds the lock."""
    state = _State.read(workspace, signer)
    repair = Repair()
    if state.finish:
        files.append_durably(workspace / CHECKPOINTS, state.finish)
    else:
        repair = state.drop(workspace)
    count = _drop_payloads(workspace, state.tree.size)
    return state.tree, Repair(repair.entries, repair.bytes, count, repair.dropped)


@dataclass(frozen=True, slots=True)
class _State:
    """The log's files, split at the last checkpoint into what counts and what does not."""

    tree: Frontier
    entries_end: int
    leaves_end: int
    notes_end: int
    rest: bytes
    """Lines beyond, torn or whole."""
    surplus: int
    """Bytes beyond, in all three files."""
    finish: bytes = b""
    """What a checkpoint with a complete signature lacks."""

    @classmethod
    def read(cls, workspace: Path, signer: Signer) -> _State:
        notes, leaves, entries = (_read(workspace, name) for name in (CHECKPOINTS, LEAVES, ENTRIES))
        head, _, notes_end = last_checkpoint(notes, signer.verifier)
        cut = 32 * head.size
        tree = Frontier([leaves[at : at + 32] for at in range(0, min(cut, len(leaves)), 32)])
        if tree.size != head.size or tree.root() != head.root:
            raise _damaged(LEAVES, "does not fit the last checkpoint")
        lines = entries.split(b"\n", head.size)
        if len(lines) <= head.size:
            raise _damaged(ENTRIES, "holds fewer entries than the last checkpoint covers")
        if head.size and leaf_hash(lines[head.size - 1]) != leaves[cut - 32 : cut]:
            raise _damaged(ENTRIES, "does not fit the last checkpoint")
        rest = lines[head.size]
        beyond = _beyond(tree, rest, leaves[cut:])
        finish = _missing_end(notes[notes_end:], beyond, signer)
        surplus = len(rest) + len(leaves) - cut + len(notes) - notes_end
        after = beyond if finish and beyond else tree
        return cls(after, len(entries) - len(rest), cut, notes_end, rest, surplus, finish)

    def drop(self, workspace: Path) -> Repair:
        if not self.surplus:
            return Repair()
        files.cut_durably(workspace / CHECKPOINTS, self.notes_end)
        files.cut_durably(workspace / LEAVES, self.leaves_end)
        files.cut_durably(workspace / ENTRIES, self.entries_end)
        lines = tuple(line.decode("utf-8", "replace") for line in self.rest.split(b"\n") if line)
        return Repair(self.rest.count(b"\n"), self.surplus, dropped=lines)


def _beyond(tree: Frontier, rest: bytes, leaves: bytes) -> Frontier | None:
    """The tree with the lines beyond the checkpoint, or None while lines or hashes of the commit are missing.

    :class:`IntegrityBroken` unless this is what a crash can leave.
    """
    *lines, torn = rest.split(b"\n")
    if torn and torn[: len(_LINE_BEGINS)] != _LINE_BEGINS[: len(torn)]:
        raise _damaged(ENTRIES, "ends with something that is no part of an entry")
    entries = [Entry.parse(line) for line in lines]
    after = tree.copy()
    for entry, line in zip(entries, lines, strict=True):
        if entry.seq != after.size or entry.commit != entries[0].commit:
            raise _damaged(ENTRIES, "holds more beyond the last checkpoint than a crash can leave")
        after.append(leaf_hash(line))
    complete = bool(entries) and not torn and after.size == entries[0].commit
    hashes = b"".join(leaf_hash(line) for line in lines)
    if entries and (after.size > entries[0].commit or (torn and after.size == entries[0].commit)):
        raise _damaged(ENTRIES, "holds more entries than the commit they belong to")
    if leaves and not (complete and hashes.startswith(leaves)):
        raise _damaged(LEAVES, "holds more beyond the last checkpoint than a crash can leave")
    return after if complete and leaves == hashes else None


def _missing_end(begun: bytes, beyond: Frontier | None, signer: Signer) -> bytes:
    """What the checkpoint that was begun lacks, where its signature is complete; else nothing."""
    if not begun:
        return b""
    expected = frame(signer.checkpoint(beyond.size, beyond.root())) if beyond else b""
    if len(begun) >= len(expected) or not expected.startswith(begun):
        raise _damaged(CHECKPOINTS, "ends with something that is no beginning of the next checkpoint")
    missing = expected[len(begun) :]
    return missing if not missing.strip(b"\n") else b""


def _drop_payloads(workspace: Path, size: int) -> int:
    """Payloads of entries that never came to be, finished or not."""
    dropped = 0
    for path in sorted((workspace / "log" / "payloads").iterdir()):
        name = _PAYLOAD.match(path.name)
        if name and int(name[1]) >= size:
            files.remove_durably(path)
            dropped += 1
    for path in sorted((workspace / "tmp").glob(".[0-9]*.json.*.tmp")):
        files.remove(path)
    return dropped


def _read(workspace: Path, name: str) -> bytes:
    try:
        return (workspace / name).read_bytes()
    except FileNotFoundError as error:
        raise _damaged(name, "is gone") from error


def _damaged(name: str, problem: str) -> IntegrityBroken:
    return IntegrityBroken(f"The log {problem}; nothing was changed.", where=name, advice="Run `leadline verify`.")
