"""Who signed a return: an Ed25519 signature over the file's bytes, by a key of the register; and its age wrapping."""

from __future__ import annotations

import base64
import binascii
import io
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature

from leadline.errors import InputRefused, IntegrityBroken
from leadline.reference.partners.register import partners
from leadline.seal.dsse import parse_key
from leadline.seal.envelope import decrypted, read_identities
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from pathlib import Path

_AGE = b"age-encryption.org/"


def unwrapped(file: Path, identity: Path | None) -> bytes:
    """The bytes of a file, decrypted with an age key file where it is sealed."""
    data = file.read_bytes()
    if not data.startswith(_AGE):
        return data
    if identity is None:
        raise InputRefused("it is sealed.", where=str(file), advice="Name your age key file with --identity.")
    plain = io.BytesIO()
    decrypted(file, read_identities(identity), plain)
    return plain.getvalue()


def signer(workspace: Path, data: bytes, signature: bytes) -> str:
    """The partner whose key in force signed these bytes; :class:`IntegrityBroken` where none did.

    ``signature`` is 64 bytes, as they are, in hexadecimal or in base64 (`openssl pkeyutl -sign -rawin` makes one).
    """
    raw = raw_signature(signature)
    today = now().date()
    for partner in partners(workspace).values():
        key = partner.key(today)
        if key is None or not key.sign_key:
            continue
        try:
            parse_key(key.sign_key).verify(raw, data)
        except InvalidSignature:
            continue
        return partner.code
    raise IntegrityBroken(
        "No key in force of the register made this signature over this file.",
        advice="Nothing was imported. Ask the partner on a number that you had before.",
    )


def raw_signature(signature: bytes) -> bytes:
    """The 64 bytes of a signature; :class:`InputRefused` where there are none."""
    if len(signature) == 64:
        return signature
    text = signature.decode("ascii", "replace").strip()
    for read in (bytes.fromhex, base64.b64decode):
        try:
            raw = read(text)
        except (ValueError, binascii.Error):
            continue
        if len(raw) == 64:
            return raw
    raise InputRefused("this is no Ed25519 signature.", advice="Give 64 bytes, hexadecimal or base64.")
