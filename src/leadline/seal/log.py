"""The workspace log: append-only, signed, and free of personal data.

Files: ``log/entries.jsonl`` (a canonical JSON object a line; the line without its newline is a leaf),
``log/leaves`` (the raw 32-byte leaf hashes in order), ``log/checkpoints`` (every signed note, each followed by
an empty line), ``log/payloads/<seq, 8 digits>.json`` (read-only, erasable), ``keys/log.key`` (Ed25519, PKCS8
PEM) and ``keys/log.pub`` (the verifier key as text).

Every append is covered by a signed checkpoint before it returns; see :mod:`leadline.seal.commit` for the order
of writes and the crash rule, and :mod:`leadline.seal.log_audit` for what cannot be detected.
"""

from __future__ import annotations

import fcntl
import secrets
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.errors import IntegrityBroken, LeadlineError, WrongUsage
from leadline.seal import commit as commits
from leadline.seal import files
from leadline.seal.checkpoint import Signer, Verifier, refuse_bad_name
from leadline.seal.entry import CREATED, REPAIRED, Draft, Entry, payload_facts, payload_path
from leadline.seal.lock import locked
from leadline.seal.log_audit import CHECKPOINTS, ENTRIES, LEAVES
from leadline.seal.merkle import Frontier, leaf_hash, root
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PRIVATE_KEY = "keys/log.key"
PUBLIC_KEY = "keys/log.pub"
_FORMAT = 1
_PATIENCE = 5.0
"""Seconds to wait for another writer: writing to the log is short, long work holds a lock of its own."""


class Log:
    """The log of one workspace. Get one with :meth:`create` or :meth:`open`."""

    def __init__(self, workspace: Path, signer: Signer) -> None:
        self.workspace = workspace
        self._signer = signer
        self._depth = 0
        self._tree: Frontier | None = None
        self._repair = commits.Repair()

    @classmethod
    def create(cls, workspace: Path, origin: str, *, digests: Mapping[str, str] | None = None) -> Log:
        """Make keys and a log under the name ``origin`` (such as ``unit.example/desk``, no spaces).

        The first entry vouches for the keys and for ``digests`` (path below the workspace → SHA-256). A crash
        before the end leaves no log, and :meth:`create` may be called again.
        """
        refuse_bad_name(origin)
        files.make_folder(workspace)
        with _creating(workspace):
            signer = Signer(origin, Ed25519PrivateKey.generate())
            keys = _write_keys(workspace, signer)
            draft = Draft(CREATED, digests={**keys, **(digests or {})}, numbers={"format": _FORMAT})
            first = commits.prepare(Frontier(), [draft], at=_instant(), signer=signer)
            stage = workspace / "tmp" / f"create-{secrets.token_hex(8)}"
            files.make_folder(stage / "payloads")
            for name, contents in ((ENTRIES, first.lines), (LEAVES, first.leaves), (CHECKPOINTS, first.note)):
                (stage / name.rpartition("/")[2]).write_bytes(contents)
            files.publish_folder(stage, workspace / "log", mode=0o644)
        return cls(workspace, signer)

    @classmethod
    def open(cls, workspace: Path) -> Log:
        """The log of an existing workspace; :class:`WrongUsage` where there is none."""
        if not (workspace / "log").is_dir():
            raise WrongUsage(
                f"{workspace} is no workspace.",
                advice="Make one with `leadline init`, or name one with --workspace.",
            )
        return cls(workspace, _read_signer(workspace))

    @property
    def verifier(self) -> Verifier:
        """The public key; keep its text outside the workspace."""
        return self._signer.verifier

    def append(
        self,
        action: str,
        *,
        subject: str = "",
        digests: Mapping[str, str] | None = None,
        numbers: Mapping[str, int] | None = None,
        payload: Mapping[str, object] | None = None,
        manifests: Sequence[str] = (),
        salt: str = "",
    ) -> Entry:
        """Append one entry (fields: :class:`~leadline.seal.entry.Draft`) and sign the tree with it.

        Takes the lock for itself where the caller does not hold it (:meth:`writing`). When it returns, the
        entry is on the disk and covered by a checkpoint. When it raises, the entry does not count, unless
        the very last step failed after its checkpoint was written; :meth:`entries` tells, as after a crash.
        """
        draft = Draft(
            action,
            subject=subject,
            digests=digests or {},
            numbers=numbers or {},
            payload=payload,
            manifests=tuple(manifests),
            salt=salt,
        )
        return self.append_all([draft])[0]

    def append_all(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Append several entries under one checkpoint: all of them count, or none."""
        if not drafts:
            return ()
        with self.writing():
            return self._commit(drafts)

    def checkpoint(self) -> bytes:
        """The newest signed checkpoint, as a note to be kept outside the workspace.

        Every append signs, so there is never an entry that waits for one.
        """
        data = self._read(CHECKPOINTS)
        return commits.last_checkpoint(data, self.verifier)[1]

    @contextmanager
    def writing(self, doing: str = "") -> Iterator[Log]:
        """Hold the workspace for writing; ``doing`` names the command for whoever finds it held.

        :class:`Busy` where another process (or another :class:`Log`) holds it for some seconds. What a crash left is
        undone first. Whatever was appended is signed when this ends, also by an error.
        """
        if self._depth:
            yield self
            return
        with locked(self.workspace, doing=doing, wait=_PATIENCE):
            self._depth = 1
            try:
                self._load()
                yield self
            finally:
                self._depth, self._tree = 0, None

    def recover(self) -> commits.Repair:
        """Undo what a crash left (:mod:`leadline.seal.commit`); taking the lock does the same."""
        with self.writing("recovering"):
            return self._repair

    def entries(self) -> tuple[Entry, ...]:
        """All entries that a checkpoint covers, checked against the last one. Needs no lock."""
        head, _, _ = commits.last_checkpoint(self._read(CHECKPOINTS), self.verifier)
        lines = self._read(ENTRIES).split(b"\n")[:-1][: head.size]
        if len(lines) != head.size or root([leaf_hash(line) for line in lines]) != head.root:
            raise IntegrityBroken(
                "The log's entries do not fit its last checkpoint.",
                where=ENTRIES,
                advice="Run `leadline verify`.",
            )
        return tuple(map(_parsed, lines))

    def newest(self, action: str, subject: str) -> Entry | None:
        """The last entry of this action and subject that a checkpoint covers; read from the end, cheap when recent.

        Its line is checked against the stored hash, not against the tree: for whoever holds :meth:`writing`.
        """
        head, _, _ = commits.last_checkpoint(self._read(CHECKPOINTS), self.verifier)
        lines, leaves = self._read(ENTRIES).split(b"\n")[: head.size], self._read(LEAVES)
        for place in range(len(lines) - 1, -1, -1):
            if subject.encode() not in lines[place] or action.encode() not in lines[place]:
                continue
            entry = Entry.parse(lines[place])
            if entry.action == action and entry.subject == subject:
                if leaf_hash(lines[place]) != leaves[32 * place : 32 * place + 32]:
                    raise IntegrityBroken("An entry was changed.", where=ENTRIES, advice="Run `leadline verify`.")
                return entry
        return None

    def payload(self, entry: Entry) -> dict[str, object] | None:
        """What the entry's payload tells; None where it has none or it was erased."""
        path = payload_path(entry.seq)
        if entry.payload_sha256 is None or not (self.workspace / path).exists():
            return None
        contents = self._read(path)
        if sha256(contents).hexdigest() != entry.payload_sha256:
            raise IntegrityBroken("A payload was changed.", where=path, advice="Run `leadline verify`.")
        return payload_facts(contents)

    def _load(self) -> Frontier:
        if self._tree is None:
            self._tree, self._repair = commits.recover(self.workspace, self._signer)
            if self._repair.bytes:
                self._commit([_repaired(self._repair)])
        return self._tree

    def _commit(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        tree, self._tree = self._load(), None  # a failed write leaves None, so the next append recovers first
        commit = commits.prepare(tree, drafts, at=_instant(), signer=self._signer)
        try:
            commits.write(self.workspace, commit)
        except OSError as error:
            raise LeadlineError(
                f"The log could not be written: {error.strerror}.",
                where=str(self.workspace / "log"),
                advice="Free space or repair the disk, then try again: what was cut off is undone then.",
            ) from error
        self._tree = commit.tree
        return commit.entries

    def _read(self, name: str) -> bytes:
        try:
            return (self.workspace / name).read_bytes()
        except FileNotFoundError as error:
            raise IntegrityBroken("A file of the log is gone.", where=name, advice="Run `leadline verify`.") from error


@lru_cache(maxsize=1 << 16)
def _parsed(line: bytes) -> Entry:
    """The entry of a line. Kept by its very bytes, which the tree vouches for each time; nobody changes an entry."""
    return Entry.parse(line)


def _repaired(repair: commits.Repair) -> Draft:
    numbers = {"bytes": repair.bytes, "entries": repair.entries, "payloads": repair.payloads}
    return Draft(REPAIRED, numbers=numbers, payload={"dropped": list(repair.dropped)})


def _instant() -> str:
    return now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextmanager
def _creating(workspace: Path) -> Iterator[None]:
    lock = workspace / "cache" / "create.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        taken = [name for name in ("log", "exhibits", "lake") if (workspace / name).exists()]
        if taken:
            raise WrongUsage(f"{workspace} already holds {', '.join(taken)}.", advice="Choose an empty folder.")
        yield


def _write_keys(workspace: Path, signer: Signer) -> dict[str, str]:
    private = signer.key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    public = f"{signer.verifier}\n".encode()
    scratch = workspace / "tmp"
    files.write_durably(workspace / PRIVATE_KEY, private, mode=0o400, scratch=scratch)
    files.write_durably(workspace / PUBLIC_KEY, public, scratch=scratch)
    return {PRIVATE_KEY: sha256(private).hexdigest(), PUBLIC_KEY: sha256(public).hexdigest()}


def read_public_key(data: bytes) -> Verifier:
    """The verifier key that is all there is in ``keys/log.pub``; :class:`IntegrityBroken` otherwise."""
    text = data.decode("utf-8", "replace")
    if not text.endswith("\n"):
        raise IntegrityBroken("The public key is cut off.", advice="Restore keys/log.pub from a copy.")
    return Verifier.parse(text[:-1])


def read_private_key(data: bytes) -> Ed25519PrivateKey:
    """The private key of ``keys/log.key``; :class:`IntegrityBroken` where it is none."""
    try:
        key = pem.load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise IntegrityBroken(
            "The private key is damaged.", where=PRIVATE_KEY, advice="Restore it from a copy."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise IntegrityBroken("The private key is no Ed25519 key.", where=PRIVATE_KEY, advice="Restore it.")
    return key


def _read_signer(workspace: Path) -> Signer:
    try:
        verifier = read_public_key((workspace / PUBLIC_KEY).read_bytes())
        signer = Signer(verifier.name, read_private_key((workspace / PRIVATE_KEY).read_bytes()))
    except FileNotFoundError as error:
        raise IntegrityBroken("A key is gone.", where=str(error.filename), advice="Restore it.") from error
    if signer.verifier != verifier:
        raise IntegrityBroken("The two keys of the log do not belong together.", where="keys", advice="Restore them.")
    return signer
