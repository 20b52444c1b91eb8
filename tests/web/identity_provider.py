"""An invented identity provider of the tests: its keys, its tokens, and the file that a desk pins it by."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

if TYPE_CHECKING:
    from pathlib import Path

ISSUER = "https://idp.police.example"
CLIENT = "leadline-desk"
FILE = """\
[[provider]]
agency = "police"
label = "Police account"
issuer = "https://idp.police.example"
authorisation_endpoint = "https://idp.police.example/authorise"
client_id = "leadline-desk"
keys = "police-keys.json"
"""
NONCE = "n-of-this-question"
ALGORITHMS = {"rs": "RS256", "ps": "PS256", "es": "ES256", "ed": "EdDSA"}
"""By `kid`; each key has its own algorithm."""


@cache
def secret_key(kid: str) -> Any:
    """The provider's own half of a key, or somebody else's (`other`)."""
    if kid == "ps":
        return secret_key("rs")
    if kid == "rs":
        return rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return ed25519.Ed25519PrivateKey.generate() if kid == "ed" else ec.generate_private_key(ec.SECP256R1())


def public_key(kid: str) -> dict[str, Any]:
    """As the provider publishes it."""
    algorithm = jwt.get_algorithm_by_name(ALGORITHMS.get(kid, "ES256"))
    made: dict[str, Any] = algorithm.to_jwk(secret_key(kid).public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", "alg": ALGORITHMS.get(kid, "ES256")}


def pinned(folder: Path, *kids: str, text: str = FILE) -> Path:
    """The file of providers, and beside it the key file."""
    keys = {"keys": [public_key(kid) for kid in kids or ("es", "ed")]}
    (folder / "police-keys.json").write_text(json.dumps(keys))
    file = folder / "providers.toml"
    file.write_text(text)
    return file


def token(kid: str = "es", *, header: dict[str, Any] | None = None, signer: str = "", **claims: Any) -> str:
    """A token that is right but for what is stated; a claim of None is left out."""
    moment = int(time.time())
    right = {"iss": ISSUER, "aud": CLIENT, "sub": "0f3c", "iat": moment, "exp": moment + 300, "nonce": NONCE}
    told = {name: value for name, value in {**right, **claims}.items() if value is not None}
    named = {name: value for name, value in {"kid": kid, **(header or {})}.items() if value is not None}
    return jwt.encode(told, secret_key(signer or kid), algorithm=ALGORITHMS.get(kid, "ES256"), headers=named)
