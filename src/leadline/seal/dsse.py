"""Signed statements: DSSE envelopes (version 1) over bytes, Ed25519 only, and the keys' written form.

Source: the Dead Simple Signing Envelope, protocol version 1. The signature covers the payload's type and length, so a
signature over one kind of statement cannot stand under another.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.canonical import canonical_json
from leadline.vocabulary.digests import sha256_of

MANIFEST_TYPE = "application/vnd.leadline.manifest+json"
_HEX = re.compile(r"(?:ed25519:)?([0-9a-f]{64})\Z", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=\Z", re.ASCII)
_ADVICE = "Ask the sender for the file again, and compare its key's fingerprint over another channel."


def key_text(public: Ed25519PublicKey) -> str:
    """A public key as Leadline writes it: `ed25519:` and 64 hexadecimal digits."""
    return f"ed25519:{public.public_bytes_raw().hex()}"


def parse_key(text: str) -> Ed25519PublicKey:
    """A public key as `ed25519:hex`, hexadecimal, base64 or an `ssh-ed25519` line; :class:`WrongUsage` otherwise."""
    written = text.strip()
    if found := _HEX.match(written):
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(found[1]))
    if _BASE64.match(written):
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(written))
    if written.startswith("ssh-ed25519 "):
        try:
            key = load_ssh_public_key(written.encode())
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if isinstance(key, Ed25519PublicKey):
            return key
    raise WrongUsage(
        f"{written[:80]!r} is no Ed25519 public key.", advice="Write `ed25519:` and 64 hexadecimal digits."
    )


def fingerprint(text: str) -> str:
    """SHA-256 of a key as it is written (`ed25519:…`, `age1…`), in hexadecimal."""
    return sha256_of(text.encode())


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, key: Ed25519PrivateKey, *, payload_type: str = MANIFEST_TYPE) -> bytes:
    """The envelope of a payload with one signature, as canonical JSON."""
    signature = key.sign(pre_authentication(payload_type, payload))
    return canonical_json(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [
                {"keyid": key_text(key.public_key()), "sig": base64.b64encode(signature).decode()},
            ],
        }
    )


def opened(envelope: bytes, *, payload_type: str = MANIFEST_TYPE) -> tuple[bytes, str]:
    """Payload and signing key (`ed25519:hex`) of an envelope whose one signature holds.

    Whether that key is to be trusted is the caller's question. :class:`IntegrityBroken` for everything else: another
    type, several signatures, a spelling that :func:`sign` does not write.
    """
    try:
        stated = _read(envelope, payload_type)
        payload = base64.b64decode(stated["payload"], validate=True)
        (signed,) = stated["signatures"]
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["keyid"].removeprefix("ed25519:")))
        public.verify(base64.b64decode(signed["sig"], validate=True), pre_authentication(payload_type, payload))
    except InvalidSignature as error:
        raise IntegrityBroken("The signature does not hold.", advice=_ADVICE) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise IntegrityBroken(f"This is no signed statement of Leadline: {error}.", advice=_ADVICE) from error
    return payload, key_text(public)


def _read(envelope: bytes, payload_type: str) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(envelope)
    if stated["payloadType"] != payload_type or canonical_json(stated) != envelope:
        raise ValueError("another kind of statement, or another spelling")
    return stated
