"""Signed tree heads: C2SP tlog-checkpoint inside a C2SP signed note, Ed25519 only.

The parser is strict, because a lenient one lets bytes change unseen: lines end with U+000A and nothing
else, base64 must be the canonical spelling, sizes have no leading zero, there are no extension lines.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from leadline.errors import IntegrityBroken, WrongUsage

_ED25519 = b"\x01"
_DASH = b"\xe2\x80\x94 "
_KEY_ID = re.compile(r"[0-9a-f]{8}\Z", re.ASCII)
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\Z")
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_MOST_SIGNATURES = 100
NOTE_LINES = 5
"""Lines of a checkpoint with one signature: origin, size, root, an empty line, the signature."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: whose log, how many entries, and the root over them (32 raw bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """The signed text: three lines."""
        return b"%s\n%d\n%s\n" % (self.origin.encode(), self.size, base64.b64encode(self.root))

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """Read the three lines; :class:`IntegrityBroken` where a single byte is out of place."""
        lines = text.split(b"\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise _broken("has not the three lines of a checkpoint")
        if not _SIZE.match(lines[1]):
            raise _broken("has a tree size that is no plain number")
        root = _strict_base64(lines[2])
        if len(root) != 32:
            raise _broken("has a root that is not 32 bytes")
        return cls(_utf8(lines[0]), int(lines[1]), root)


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name; prints as ``name+hexadecimal key id+base64``."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        refuse_bad_name(self.name)

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, algorithm byte and public key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a verifier key; :class:`IntegrityBroken` unless every byte of it is as it must be."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not _KEY_ID.match(parts[1]):
            raise _broken("is no verifier key: it must read name+key id+base64", what="The public key")
        key = _strict_base64(parts[2].encode("utf-8", "replace"))
        if len(key) != 33 or key[:1] != _ED25519 or not is_name(parts[0]):
            raise _broken("is no Ed25519 key under a name", what="The public key")
        found = cls(parts[0], key[1:])
        if str(found) != text:
            raise _broken("does not have the key id that it states", what="The public key")
        return found

    def open(self, note: bytes) -> bytes:
        """The text of a signed note, after its signature by this key was verified.

        Signatures by other keys are ignored, as the specification demands; one by this key that fails
        refuses the note.
        """
        text, signatures = _split(note)
        ours = [s[4:] for name, s in signatures if name == self.name and s[:4] == self.key_id]
        if not ours:
            raise _broken(f"carries no signature by {self.name}")
        for signature in ours:
            try:
                Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
            except InvalidSignature as error:
                raise _broken("carries a signature that does not fit its text") from error
        return text

    def open_checkpoint(self, note: bytes) -> Checkpoint:
        """The tree head of this log in a signed note."""
        found = Checkpoint.parse(self.open(note))
        if found.origin != self.name:
            raise _broken(f"belongs to another log, {found.origin!r}")
        return found


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """The signed note; Ed25519 is deterministic, so the same text gives the same bytes."""
        _refuse_control_characters(text)
        if not text.endswith(b"\n"):
            raise WrongUsage("A note's text must end with a newline.", advice="Add one.")
        signature = base64.b64encode(self.verifier.key_id + self.key.sign(text))
        return text + b"\n" + _DASH + self.name.encode() + b" " + signature + b"\n"

    def checkpoint(self, size: int, root: bytes) -> bytes:
        """A signed checkpoint of this log."""
        return self.sign(Checkpoint(self.name, size, root).text())


def is_name(name: str) -> bool:
    """Whether a key may have this name: not empty, printable, no space, no plus."""
    return bool(name) and name.isprintable() and not any(c.isspace() or c == "+" for c in name)


def refuse_bad_name(name: str) -> None:
    if not is_name(name):
        raise WrongUsage(f"{name!r} cannot name a log.", advice="Use a short name such as unit.example/log, no spaces.")


def _split(note: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Text and signatures (name, key id and signature) of a note."""
    _refuse_control_characters(note)
    _utf8(note)
    end = note.rfind(b"\n\n")
    if end < 0 or not note.endswith(b"\n"):
        raise _broken("is no signed note")
    lines = note[end + 2 : -1].split(b"\n")
    if len(lines) > _MOST_SIGNATURES:
        raise _broken(f"carries more than {_MOST_SIGNATURES} signatures")
    return note[: end + 1], [_signature(line) for line in lines]


def _signature(line: bytes) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(b" ")
    if not line.startswith(_DASH) or not space or not is_name(_utf8(name)):
        raise _broken("has a malformed signature line")
    signature = _strict_base64(encoded)
    if len(signature) < 5:
        raise _broken("has a signature that is too short")
    return _utf8(name), signature


def _strict_base64(encoded: bytes) -> bytes:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _broken("has a part that is no base64") from error
    if base64.b64encode(decoded) != encoded:
        raise _broken("has base64 that is not in its canonical spelling")
    return decoded


def _refuse_control_characters(data: bytes) -> None:
    if _CONTROL.search(data):
        raise _broken("has a control character")


def _utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _broken("is not UTF-8") from error


def _broken(problem: str, *, what: str = "The checkpoint") -> IntegrityBroken:
    return IntegrityBroken(f"{what} {problem}.", advice="Compare it with a copy kept outside.")
