"""Does this log still say what was signed? A check of its bytes in memory, naming the first bad entry.

What it detects, without the private key: every change of a byte in the entries, the leaves or the checkpoints,
and every entry deleted, moved, doubled, inserted or cut off, and every checkpoint likewise.

What no check of these files alone can detect: a rollback, that is entries *and* their checkpoints cut off
together at an earlier checkpoint; and a log rewritten and signed anew by whoever holds the private key. Both
show against a checkpoint that was kept outside (``witnessed``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.errors import IntegrityBroken
from leadline.seal.checkpoint import NOTE_LINES, Checkpoint, Verifier
from leadline.seal.entry import Entry
from leadline.seal.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

ENTRIES = "log/entries.jsonl"
LEAVES = "log/leaves"
CHECKPOINTS = "log/checkpoints"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was sealed."""

    path: str
    """The file, below the workspace."""
    problem: str
    """What is wrong with it, in words."""
    entry: int | None
    """The log entry concerned, by its ``seq``."""


@dataclass(frozen=True, slots=True)
class LogAudit:
    """What the check of a log found."""

    faults: tuple[Fault, ...]
    entries: tuple[Entry, ...]
    """Those entries that are certainly as they were signed, in order."""
    checkpoints: tuple[Checkpoint, ...]
    complete: bool
    """Whether ``entries`` are all that were ever signed for."""


@dataclass(frozen=True, slots=True)
class ChainAudit:
    """The check of entries and leaves against the checkpoints, by hashes alone."""

    faults: tuple[Fault, ...]
    authentic: tuple[bytes | None, ...]
    """Each line of the entries that is certainly as signed, else None."""


def frame(note: bytes) -> bytes:
    """A note as it stands in the file of checkpoints: followed by one empty line.

    A checkpoint there has exactly one signature, so each takes six lines, and the file is empty or ends with
    an empty line.
    """
    return note + b"\n"


def audit_log(
    *, entries: bytes, leaves: bytes, checkpoints: bytes, verifier: Verifier, witnessed: Sequence[bytes] = ()
) -> LogAudit:
    """Check the three files of a log as bytes; ``witnessed`` are checkpoints that were kept outside."""
    notes, faults = read_checkpoints(checkpoints, verifier)
    chain = audit_chain(entries=entries, leaves=leaves, checkpoints=notes, certain=not faults)
    faults = [*faults, *chain.faults, *_audit_witnessed(witnessed, chain, verifier)]
    found: list[Entry] = []
    for place, line in enumerate(chain.authentic):
        if line is not None:
            try:
                found.append(_placed(line, place))
            except IntegrityBroken as error:
                faults.append(Fault(ENTRIES, error.message, place))
    if not faults:
        faults += _audit_commits(found, notes)
    return LogAudit(tuple(faults), tuple(found), tuple(notes), complete=not faults)


def read_checkpoints(data: bytes, verifier: Verifier) -> tuple[list[Checkpoint], list[Fault]]:
    """The checkpoints of the file whose frames and signatures are right, and what is wrong with the others."""
    found: list[Checkpoint] = []
    faults: list[Fault] = []
    lines = data.split(b"\n")
    step = NOTE_LINES + 1
    for start in range(0, len(lines) - 1, step):
        covered = found[-1].size if found else 0
        note = lines[start : start + step]
        number = start // step
        if len(note) < step or note[3] or note[5] or start + step >= len(lines):
            faults.append(Fault(CHECKPOINTS, f"checkpoint {number} is cut off or torn apart", covered))
            return found, faults
        try:
            head = verifier.open_checkpoint(b"\n".join(note[:NOTE_LINES]) + b"\n")
        except IntegrityBroken as error:
            faults.append(Fault(CHECKPOINTS, f"checkpoint {number}: {error.message}", covered))
            continue
        if head.size <= covered:
            faults.append(Fault(CHECKPOINTS, f"checkpoint {number} does not follow the one before it", covered))
            continue
        found.append(head)
    if lines[-1]:
        faults.append(Fault(CHECKPOINTS, "the last checkpoint is cut off", found[-1].size if found else 0))
    elif not found and not faults:
        faults.append(Fault(CHECKPOINTS, "holds no checkpoint", 0))
    return found, faults


def audit_chain(
    *, entries: bytes, leaves: bytes, checkpoints: Sequence[Checkpoint], certain: bool = True
) -> ChainAudit:
    """Check entries and leaves against checkpoints whose signatures hold.

    ``certain`` says that none of them is missing, so that an entry beyond the last one is a fault.
    """
    *lines, rest = entries.split(b"\n")
    hashes = [leaf_hash(line) for line in lines]
    stored = [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
    covered = checkpoints[-1].size if checkpoints else 0
    bad_line = first_bad(hashes, stored, checkpoints)
    bad_leaf = None if stored == hashes and bad_line is None else first_bad(stored, hashes, checkpoints)
    faults = []
    if bad_line is not None:
        faults.append(Fault(ENTRIES, _bad_entry(bad_line, len(lines)), bad_line))
    elif certain and (rest or len(lines) > covered):
        faults.append(Fault(ENTRIES, f"from entry {covered} on no checkpoint covers it: {_UNFINISHED}", covered))
    if bad_leaf is not None:
        faults.append(Fault(LEAVES, f"the hash of entry {bad_leaf} was changed", bad_leaf))
    elif certain and len(leaves) != 32 * covered:
        faults.append(Fault(LEAVES, f"holds more than the {covered} signed hashes: {_UNFINISHED}", covered))
    if bad_line is None:
        authentic: list[bytes | None] = [*lines[:covered]]
    else:
        judged = stored if bad_leaf is None else hashes[:bad_line]
        authentic = [
            line if own == signed else None for line, own, signed in zip(lines[:covered], hashes, judged, strict=False)
        ]
    return ChainAudit(tuple(faults), tuple(authentic))


_UNFINISHED = "an unfinished write, which the next command that writes repairs, or an addition"


def first_bad(hashes: Sequence[bytes], other: Sequence[bytes], checkpoints: Sequence[Checkpoint]) -> int | None:
    """The first leaf that is not as signed, or None.

    The checkpoints narrow it to the entries of one commit; within it the ``other`` copy of the hashes tells
    which, and where that does not, the first of the commit is named.
    """
    tree = Frontier()
    for head in checkpoints:
        start = tree.size
        for leaf in hashes[start : head.size]:
            tree.append(leaf)
        if tree.root() != head.root:
            differ = (k for k in range(start, tree.size) if other[k : k + 1] != [hashes[k]])
            return next(differ, start if tree.size == head.size else tree.size)
    return None


def _bad_entry(place: int, held: int) -> str:
    if place >= held:
        return f"entry {place} is gone"
    return f"entry {place} is not what was signed: it was changed, moved, put in, or what stood there is gone"


def _placed(line: bytes, place: int) -> Entry:
    entry = Entry.parse(line)
    if entry.seq != place:
        raise IntegrityBroken(f"entry {entry.seq} stands in place {place}", advice="Run `leadline verify`.")
    return entry


def _audit_commits(entries: Sequence[Entry], checkpoints: Sequence[Checkpoint]) -> list[Fault]:
    """Each commit has its checkpoint: one taken out of the middle of the file shows here."""
    stated = sorted({entry.commit for entry in entries})
    signed = [head.size for head in checkpoints]
    missing = sorted(set(stated) - set(signed))
    if missing:
        return [Fault(CHECKPOINTS, f"the checkpoint of size {size} is gone", size - 1) for size in missing]
    return [] if stated == signed else [Fault(CHECKPOINTS, "holds a checkpoint that no commit made", None)]


def _audit_witnessed(witnessed: Sequence[bytes], chain: ChainAudit, verifier: Verifier) -> list[Fault]:
    heads: list[Checkpoint] = []
    faults = []
    for note in witnessed:
        try:
            heads.append(verifier.open_checkpoint(note))
        except IntegrityBroken as error:
            faults.append(Fault(CHECKPOINTS, f"a checkpoint from outside: {error.message}", None))
    hashes = [leaf_hash(line) if line is not None else b"" for line in chain.authentic]
    for head in heads:
        bad = first_bad(hashes, hashes, [head])
        if bad is not None:
            problem = f"does not agree with a checkpoint from outside over {head.size} entries"
            faults.append(Fault(ENTRIES, problem, bad if head.size > len(hashes) else None))
    return faults
