"""One line of the workspace log: what was done, which evidence it vouches for, and nothing about people.

A line is canonical JSON with exactly these keys: ``action, at, commit, digests, manifests, numbers,
payload_sha256, seq, subject``. Free text has no place in it: every text in an entry has a narrow shape
that a name, an e-mail address or a sentence does not fit. Whatever is personal belongs in the payload, a
file of its own whose random salt keeps its digest from being guessed.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.canonical import canonical_json
from leadline.vocabulary.instants import parse_zoned

if TYPE_CHECKING:
    from collections.abc import Mapping

CREATED = "log:log:created"
REPAIRED = "log:tail:dropped"
ERASED = "evidence:file:erased"
SEALED_OFF = "evidence:file:sealed-off"

DISPOSABLE = frozenset({"cache", "tmp", "spill"})
"""Folders of a workspace that may change or vanish at any time; everything else is evidence."""

_ACTION = re.compile(r"[a-z][a-z0-9-]{0,39}(:[a-z][a-z0-9-]{0,39}){2}\Z", re.ASCII)
_SUBJECT = re.compile(r"([0-9a-f]{64}|[A-Z]{1,4}-[0-9a-f]{8,64})?\Z", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=-]{0,127}\Z", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is still to be appended."""

    action: str
    """``noun:noun:verb``."""
    subject: str = ""
    """Which tip, run or file: a SHA-256, or an identifier such as ``R-0123456789abcdef``; or empty."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Path below the workspace → SHA-256 of the file that this entry vouches for."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Name → whole number, not negative."""
    payload: Mapping[str, object] | None = None
    """What is personal or wordy; kept outside the log, and erasable."""
    manifests: tuple[str, ...] = ()
    """Those paths of ``digests`` that are JSON and list further files under ``files``."""
    salt: str = ""
    """The payload's salt where the caller needed it first (:func:`salted`); else one is drawn."""

    def __post_init__(self) -> None:
        _refuse(not _ACTION.match(self.action), "action", self.action)
        _refuse(not _SUBJECT.match(self.subject), "subject", self.subject)
        for path, digest in self.digests.items():
            _refuse(not is_evidence_path(path), "path", path)
            _refuse(not _SHA256.match(digest), "SHA-256", digest)
        for name, number in self.numbers.items():
            _refuse(not _NAME.match(name), "name of a number", name)
            _refuse(type(number) is not int or not 0 <= number < 1 << 63, "number", number)
        for path in self.manifests:
            _refuse(path not in self.digests, "manifest (it must be among the digests)", path)
        _refuse(bool(self.salt) and not _SHA256.match(self.salt), "salt", "(not shown)")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    seq: int
    """Place in the log, from 0."""
    commit: int
    """Size of the tree from which on a checkpoint covers this entry; entries that were appended together
    share it."""
    at: str
    """ISO 8601, UTC, microseconds, ``Z``: this machine's clock."""
    action: str
    subject: str
    digests: Mapping[str, str]
    numbers: Mapping[str, int]
    manifests: tuple[str, ...]
    payload_sha256: str | None

    def line(self) -> bytes:
        """The leaf: canonical JSON without a newline."""
        return canonical_json({**asdict(self), "manifests": list(self.manifests)})

    @classmethod
    def parse(cls, line: bytes) -> Entry:
        """Read a line; :class:`IntegrityBroken` unless it is exactly what :meth:`line` writes."""
        try:
            entry = _from_values(json.loads(line))
            if entry.line() != line:
                raise IntegrityBroken("A log entry is not in its canonical spelling.", advice=_ADVICE)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, WrongUsage) as error:
            raise IntegrityBroken("A log entry is malformed.", advice=_ADVICE) from error
        return entry


_ADVICE = "Run `leadline verify`."


def _from_values(stated: dict[str, Any]) -> Entry:
    stated = {**stated, "manifests": tuple(stated["manifests"])}
    entry = Entry(**stated)
    Draft(
        entry.action,
        subject=entry.subject,
        digests=entry.digests,
        numbers=entry.numbers,
        manifests=entry.manifests,
    )
    digest = entry.payload_sha256
    counts = (entry.seq, entry.commit)
    if any(type(count) is not int for count in counts) or not 0 <= entry.seq < entry.commit:
        raise ValueError("its place is none")
    if not _AT.match(entry.at) or parse_zoned(entry.at) is None:
        raise ValueError("its instant is none")
    if digest is not None and not _SHA256.match(digest):
        raise ValueError("the payload's digest is none")
    return entry


def payload_bytes(payload: Mapping[str, object] | None, salt: str) -> bytes:
    """The contents of a payload file: canonical JSON with the keys ``facts`` and ``salt``."""
    return canonical_json({"facts": dict(payload or {}), "salt": salt})


def payload_facts(contents: bytes) -> dict[str, object]:
    """What a payload file tells."""
    facts: dict[str, object] = json.loads(contents)["facts"]
    return facts


def payload_path(seq: int) -> str:
    """Where the payload of an entry lies below the workspace."""
    return f"log/payloads/{seq:08d}.json"


def new_salt() -> str:
    """32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def salted(value: str, salt: str) -> str:
    """HMAC-SHA-256 of a personal value (UTF-8) under a salt of :func:`new_salt`, in hexadecimal.

    It stands in an entry for, say, an account key. Once the payload that holds the salt is erased, nobody can
    tell whose it was.
    """
    return hmac.new(bytes.fromhex(salt), value.encode(), "sha256").hexdigest()


def is_evidence_path(path: str) -> bool:
    """Whether a log entry may vouch for this path below the workspace.

    It must be ASCII names joined by ``/``, none beginning with a dot, and not lie in a disposable folder.
    """
    segments = path.split("/")
    return len(path) <= 400 and segments[0] not in DISPOSABLE and all(_SEGMENT.match(part) for part in segments)


def _refuse(wrong: bool, what: str, value: object) -> None:  # noqa: FBT001
    if wrong:
        raise WrongUsage(
            f"{value!r} is no {what} that a log entry may hold.",
            advice="Entries hold no free text; put it into the payload.",
        )
