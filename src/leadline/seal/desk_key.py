"""The desk's key: 32 random bytes in the workspace, from which one key for each purpose is derived.

What the sign-in needs (sessions, secrets of second factors) can be turned to a key of its own, in a file with one line
a key, the one in force first. The audit's key stays: its rows are chained under it.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from leadline.errors import Conflict, IntegrityBroken
from leadline.seal.files import write_durably
from leadline.seal.log import Log

if TYPE_CHECKING:
    from pathlib import Path

DESK_KEY = "keys/desk.key"
MADE = "desk:key:made"
SIGN_IN_KEY = "keys/sign-in.key"
_BYTES = 32
TURNED, DROPPED = "desk:sign-in-key:turned", "desk:sign-in-key:old-dropped"


def make_desk_key(workspace: Path) -> None:
    """Make the key and have the log vouch for its file; one that is there is left alone."""
    log = Log.open(workspace)
    with log.writing("desk key"):
        path = workspace / DESK_KEY
        if not path.exists():
            text = f"{secrets.token_hex(32)}\n".encode()
            write_durably(path, text, mode=0o400, scratch=workspace / "tmp")
        digest = sha256(path.read_bytes()).hexdigest()
        if not any(entry.action == MADE and entry.digests.get(DESK_KEY) == digest for entry in log.entries()):
            log.append(MADE, digests={DESK_KEY: digest})


def derived_key(workspace: Path, purpose: str) -> bytes:
    """32 bytes for one purpose (a short word); the same for the same key and purpose.

    :class:`IntegrityBroken` where the key is gone or is none.
    """
    return _derived(_secrets(workspace, DESK_KEY)[0], purpose)


def sign_in_keys(workspace: Path, purpose: str) -> list[bytes]:
    """Keys of the sign-in for one purpose, 32 bytes each: the one in force, then, while it is turned, the one before.

    Until it is turned for the first time, the desk's key serves. :class:`IntegrityBroken` as above.
    """
    return [_derived(secret, purpose) for secret in _sign_in_secrets(workspace)]


def turn_sign_in_key(workspace: Path) -> None:
    """Put a new key in force and keep the one before; :class:`Conflict` while an older turn is not finished."""
    log = Log.open(workspace)
    with log.writing("turn keys"):
        before = _sign_in_secrets(workspace)
        if len(before) > 1:
            raise Conflict("a key is being turned.", advice="Finish that first: leadline desk turn-keys --finish")
        _write(log, [secrets.token_bytes(32), *before], TURNED)


def drop_old_sign_in_keys(workspace: Path) -> None:
    """Keep the key in force alone. What only an older one opens is lost: see first that there is nothing."""
    log = Log.open(workspace)
    with log.writing("turn keys"):
        _write(log, _sign_in_secrets(workspace)[:1], DROPPED)


def _write(log: Log, kept: list[bytes], action: str) -> None:
    text = "".join(f"{secret.hex()}\n" for secret in kept).encode()
    write_durably(log.workspace / SIGN_IN_KEY, text, mode=0o400, scratch=log.workspace / "tmp")
    log.append(action, digests={SIGN_IN_KEY: sha256(text).hexdigest()})


def _sign_in_secrets(workspace: Path) -> list[bytes]:
    return _secrets(workspace, SIGN_IN_KEY if (workspace / SIGN_IN_KEY).exists() else DESK_KEY)


def _secrets(workspace: Path, name: str) -> list[bytes]:
    try:
        found = [bytes.fromhex(line) for line in (workspace / name).read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        raise IntegrityBroken("A key is gone or damaged.", where=name, advice="Restore it from a copy.") from error
    if not found or any(len(secret) != _BYTES for secret in found):
        raise IntegrityBroken("A key is cut off.", where=name, advice="Restore it from a copy.")
    return found


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.new(secret, f"leadline desk {purpose}".encode(), sha256).digest()
