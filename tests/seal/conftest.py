"""What the tests of the seal share: a workspace, and a log of 500 events kept in memory."""

from __future__ import annotations

import random
from dataclasses import dataclass
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.seal import files
from leadline.seal import log as log_module
from leadline.seal.checkpoint import Signer, Verifier
from leadline.seal.commit import prepare
from leadline.seal.entry import Draft
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.seal.merkle import Frontier

ORIGIN = "unit.example/desk"
EVENTS = 500


@dataclass(frozen=True)
class Image:
    """The three files of a log as bytes."""

    entries: bytes
    leaves: bytes
    checkpoints: bytes
    verifier: Verifier
    starts: tuple[int, ...]
    """The first entry of each commit."""

    @property
    def lines(self) -> list[bytes]:
        return self.entries.split(b"\n")[:-1]


def build_image(*, most_in_a_commit: int) -> Image:
    chance = random.Random(6962)
    signer = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    tree, entries, leaves, notes, starts = Frontier(), b"", b"", b"", []
    while tree.size < EVENTS:
        count = min(chance.randint(1, most_in_a_commit), EVENTS - tree.size)
        drafts = [_draft(tree.size + k, chance) for k in range(count)]
        at = f"2019-09-20T02:{tree.size // 60:02d}:{tree.size % 60:02d}.000000Z"
        starts.append(tree.size)
        commit = prepare(tree, drafts, at=at, signer=signer)
        tree = commit.tree
        entries, leaves, notes = entries + commit.lines, leaves + commit.leaves, notes + commit.note
    return Image(entries, leaves, notes, signer.verifier, tuple(starts))


def _draft(number: int, chance: random.Random) -> Draft:
    digest = sha256(b"%d" % number).hexdigest()
    digests = {f"exhibits/sha256/{digest[:2]}/{digest}": digest} if chance.random() < 0.6 else {}
    return Draft("exhibit:file:sealed", subject=digest, digests=digests, numbers={"bytes": number})


@pytest.fixture(scope="session")
def image() -> Image:
    """500 events in commits of one to three."""
    return build_image(most_in_a_commit=3)


@pytest.fixture(scope="session")
def single_image() -> Image:
    """500 events, each with a checkpoint of its own."""
    return build_image(most_in_a_commit=1)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """A held lock is reported at once instead of waited for."""
    monkeypatch.setattr(log_module, "_PATIENCE", 0.0)


@pytest.fixture
def workspace(tmp_path):
    return tmp_path / "workspace"


@pytest.fixture
def log(workspace) -> Log:
    return Log.create(workspace, ORIGIN)


@pytest.fixture
def add_evidence():
    """Write an evidence file and vouch for it; gives its SHA-256."""

    def add(log: Log, path: str, data: bytes, **fields) -> str:
        digest = sha256(data).hexdigest()
        write_durably(log.workspace / path, data, scratch=log.workspace / "tmp")
        log.append("evidence:file:sealed", subject=digest, digests={path: digest}, **fields)
        return digest

    return add


class Crash(BaseException):
    """The power is gone: no handler for ordinary errors sees it."""


class Disk:
    """Stands between the code and the disk, and stops the world at the n-th effect.

    ``when`` is before, after, or halfway (only writes have a half; other effects then happen whole).
    """

    Crash = Crash

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = -1
        self.when = "before"
        self.effects = 0
        self.done: list[str] = []
        for name in ("write_all", "rename", "cut", "remove"):
            monkeypatch.setattr(files, name, self._counting(name, getattr(files, name)))
        monkeypatch.setattr(files, "sync", self._counting("sync", lambda path: None))

    def crash_at(self, effect: int, when: str) -> None:
        self.left, self.when, self.effects = effect, when, 0

    def hold(self) -> None:
        self.left, self.effects, self.done = -1, 0, []

    def _counting(self, name, real):
        def effect(*arguments):
            self.effects += 1
            self.done.append(name)
            if self.effects - 1 != self.left:
                return real(*arguments)
            if name == "write_all" and self.when == "halfway":
                real(arguments[0], arguments[1][: len(arguments[1]) // 2])
            elif self.when != "before":
                real(*arguments)
            raise Crash

        return effect


@pytest.fixture
def disk(monkeypatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture(autouse=True)
def _nobody_waits_for_a_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadline.seal.log._PATIENCE", 0.0)
