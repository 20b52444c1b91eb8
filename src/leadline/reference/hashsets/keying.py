"""The key of the hash sets: it lies with another person, and without it the store answers nothing.

The key file holds one line, ``leadline-hashset-key-1 <64 hexadecimal digits>``. Digests are kept as 16 bytes of
AES-CMAC (RFC 4493) under a key derived for their algorithm, names of records as keyed BLAKE2b (RFC 7693). Perceptual
hashes, which must be compared and not only looked up, are sealed with AES-SIV (RFC 5297) under a third derived key.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from leadline.errors import InputRefused, IntegrityBroken, WrongUsage
from leadline.reference.hashsets.cmac import cmac_of_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ALGORITHMS = {"md5": 1, "sha1": 2, "sha256": 3, "value_md5": 4}
KEYED_BYTES = 16
_LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32, "value_md5": 16}
_ASK = "Ask the person who holds the key."
_LINE = re.compile(r"leadline-hashset-key-1 ([0-9a-f]{64})\n?\Z", re.ASCII)


@dataclass(frozen=True, repr=False)
class SetKey:
    """A key of 32 bytes. It is never printed, logged or kept in the workspace."""

    secret: bytes

    def check(self) -> str:
        """A text by which a store recognises its key and this way of keying: HMAC-SHA-256 of a fixed sentence."""
        return hmac.digest(self.secret, b"leadline hash-set key check, digests keyed by AES-CMAC", "sha256").hex()

    def blind(self, algorithm: str, digests: Sequence[str]) -> NDArray[np.uint8]:
        """Keyed forms of digests (hexadecimal) of one algorithm, in their order, of shape (n, 16)."""
        raw = np.frombuffer(bytes.fromhex("".join(digests)), np.uint8)
        key = HKDF(SHA256(), 32, salt=None, info=f"leadline digests {algorithm}".encode()).derive(self.secret)
        return cmac_of_each(key, raw.reshape(len(digests), _LENGTHS[algorithm]))

    def blind_name(self, name: str) -> bytes:
        """The keyed form of a record's name."""
        return blake2b(name.encode(), key=self.secret, digest_size=KEYED_BYTES).digest()

    def seal(self, plain: bytes, *, about: str) -> bytes:
        """Plain bytes sealed, bound to ``about``; the same in, the same out."""
        return self._siv().encrypt(plain, [about.encode()])

    def unseal(self, sealed: bytes, *, about: str) -> bytes:
        """What :meth:`seal` took; :class:`IntegrityBroken` where a byte differs."""
        try:
            return self._siv().decrypt(sealed, [about.encode()])
        except InvalidTag as error:
            raise IntegrityBroken(
                "a sealed part of a hash set is damaged.", where=about, advice="Run `leadline verify`."
            ) from error

    def _siv(self) -> AESSIV:
        return AESSIV(HKDF(SHA256(), 64, salt=None, info=b"leadline perceptual hashes").derive(self.secret))


def default_key_path(workspace: Path) -> Path:
    """Where the key lies when no file is named: outside the workspace, in the home folder of the OS account.

    Named after the log's public key, so that it follows a workspace that is moved. Better is a file that
    another person brings.
    """
    fingerprint = sha256((workspace / "keys" / "log.pub").read_bytes()).hexdigest()[:16]
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "leadline" / f"hashsets-{fingerprint}.key"


def read_key(path: Path) -> SetKey:
    """The key in a file; :class:`InputRefused` where the file is no key file."""
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"the key file cannot be read: {error}", where=str(path), advice=_ASK) from error
    return key_of(text, where=str(path))


def key_of(text: str, *, where: str) -> SetKey:
    """The key in the text of a key file; :class:`InputRefused` where it is none."""
    found = _LINE.match(text)
    if not found:
        raise InputRefused("this is no key file of hash sets.", where=where, advice=_ASK)
    return SetKey(bytes.fromhex(found[1]))


def key_for_adding(path: Path, *, workspace: Path, first: bool) -> SetKey:
    """The key to add a set with; made when there is no file yet and no set was added before (``first``).

    :class:`WrongUsage` for a path within the workspace: whoever copies the workspace must not have the key.
    """
    target = path.resolve()
    if target.is_relative_to(workspace.resolve()):
        raise WrongUsage(
            "the key may not lie in the workspace.", where=str(path), advice="Name a file that another person holds."
        )
    if target.exists():
        return read_key(target)
    if not first:
        raise WrongUsage(
            "there is no such key file, and sets are stored under another one already.",
            where=str(path),
            advice="Name the key file that the first set was added with.",
        )
    key = SetKey(secrets.token_bytes(32))
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o400)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"leadline-hashset-key-1 {key.secret.hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    return key
