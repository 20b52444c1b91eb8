"""The agencies' identity providers (OpenID Connect): read from a file with pinned keys, so that nobody is asked."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTING = "identity_providers"
_FIELDS = ("agency", "label", "issuer", "authorisation_endpoint", "client_id", "keys")
_ALGORITHMS = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("EdDSA",)}
"""By kind of key; the first is meant where the key names none. There is no shared secret and no `none`."""
_CURVES = {"RSA": None, "EC": "P-256", "OKP": "Ed25519"}
_LEAST_RSA_BITS = 2048
_BY_OTHERS = 0o022
_HERE = ("127.0.0.1", "localhost")
_LONGEST_FILE = 1 << 20


@dataclass(frozen=True)
class Provider:
    """One agency's identity provider: what the agency's file says of it."""

    agency: str
    """Code of the agency; the provider vouches for colleagues of this agency and of no other."""
    label: str
    issuer: str
    endpoint: str
    """Where a browser is sent to; Leadline itself never connects to it."""
    client_id: str
    keys: Mapping[str, PyJWK]
    """Public keys by `kid`; each signs by one algorithm."""

    @property
    def host(self) -> str:
        """Where a colleague is sent to, for the page that says so."""
        return urlsplit(self.endpoint).netloc


def read_providers(path: Path) -> tuple[Provider, ...]:
    """All providers of the file; :class:`WrongUsage` names the file and what is missing or unfit in it."""
    try:
        stated = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise _unfit(path, f"cannot be read: {error}") from error
    entries = stated.pop("provider", None)
    if stated or not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise _unfit(path, "holds one table [[provider]] or more, and nothing else")
    found = tuple(_provider(one, path) for one in entries)
    if len({one.agency for one in found}) < len(found):
        raise _unfit(path, "names an agency twice")
    return found


def standing(path: Path) -> tuple[str, str]:
    """State (`ok`, `missing`, `unsafe`, as the doctor's) and what is to say of the file and of its keys."""
    try:
        providers = read_providers(path)
        open_to = [one.name for one in files_of(path) if one.stat().st_mode & _BY_OTHERS]
    except (WrongUsage, OSError) as error:
        return "missing", f"colleagues sign in by password alone: {error}"
    if open_to:
        return "unsafe", f"others may write {', '.join(open_to)}: whoever does can sign in as a linked colleague"
    said = "; ".join(f"{one.agency} at {one.host}, {len(one.keys)} keys" for one in providers)
    return "ok", f"{said}; the second factor is asked for besides"


def files_of(path: Path) -> list[Path]:
    """The file itself and the key files that it names."""
    return [path, *(path.parent / str(one["keys"]) for one in tomllib.loads(_text(path))["provider"])]


def _provider(entry: dict[str, Any], path: Path) -> Provider:
    if missing := [name for name in _FIELDS if not isinstance(entry.get(name), str) or not entry[name].strip()]:
        raise _unfit(path, f"a [[provider]] has no {', '.join(missing)}")
    if unknown := sorted(set(entry) - set(_FIELDS)):
        raise _unfit(path, f"a [[provider]] has {', '.join(unknown)}, which is nothing that Leadline knows")
    for name in ("issuer", "authorisation_endpoint"):
        _refuse_plain(entry[name], name, path)
    return Provider(
        agency=entry["agency"],
        label=entry["label"],
        issuer=entry["issuer"],
        endpoint=entry["authorisation_endpoint"],
        client_id=entry["client_id"],
        keys=_keys(path.parent / entry["keys"]),
    )


def _refuse_plain(address: str, name: str, path: Path) -> None:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise _unfit(path, f"{name} is no address") from error
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)):
        raise _unfit(path, f"{name} must begin with https://")
    if parts.fragment or "@" in parts.netloc:
        raise _unfit(path, f"{name} holds what does not belong there (# or a user)")


def _keys(path: Path) -> dict[str, PyJWK]:
    """Public keys by `kid`, from a JSON Web Key Set (RFC 7517); keys that are not for signatures are left out."""
    try:
        stated = json.loads(_text(path))
        entries = stated["keys"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise _unfit(path, "is no JSON Web Key Set") from error
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise _unfit(path, "is no JSON Web Key Set")
    signing = [_key(one, path) for one in entries if one.get("use", "sig") == "sig"]
    found = {str(key.key_id): key for key in signing}
    if not found or len(found) < len(signing):
        raise _unfit(path, "holds no key for signatures, or one `kid` twice")
    return found


def _key(entry: dict[str, Any], path: Path) -> PyJWK:
    kind, name = str(entry.get("kty")), entry.get("kid")
    if not isinstance(name, str) or not name:
        raise _unfit(path, "holds a key without `kid`")
    if "d" in entry or "k" in entry or kind not in _ALGORITHMS:
        raise _unfit(path, f"key {name!r} is not a public key of the kinds {', '.join(_ALGORITHMS)}")
    algorithm = entry.get("alg", _ALGORITHMS[kind][0])
    if algorithm not in _ALGORITHMS[kind] or entry.get("crv") != _CURVES[kind]:
        raise _unfit(path, f"key {name!r} is for {algorithm} ({entry.get('crv', kind)}), which is not taken here")
    try:
        made = PyJWK(entry, algorithm=algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError) as error:
        raise _unfit(path, f"key {name!r} cannot be read") from error
    if isinstance(made.key, RSAPublicKey) and made.key.key_size < _LEAST_RSA_BITS:
        raise _unfit(path, f"key {name!r} has fewer than {_LEAST_RSA_BITS} bits")
    return made


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if len(content) > _LONGEST_FILE:
            raise _unfit(path, "is too long")
        return content.decode()
    except OSError as error:
        raise _unfit(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _unfit(path, "is no UTF-8") from error


def _unfit(path: Path, what: str) -> WrongUsage:
    return WrongUsage(f"{path.name} {what}.", where=str(path), advice="See docs/sign-in.md.")
