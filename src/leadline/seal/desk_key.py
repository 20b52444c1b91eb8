"""The desk's key: 32 random bytes in the workspace, from which one key for each purpose is derived."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from leadline.errors import IntegrityBroken
from leadline.seal.files import write_durably
from leadline.seal.log import Log

if TYPE_CHECKING:
    from pathlib import Path

DESK_KEY = "keys/desk.key"
MADE = "desk:key:made"


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
    try:
        secret = bytes.fromhex((workspace / DESK_KEY).read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise IntegrityBroken(
            "The desk's key is gone or damaged.", where=DESK_KEY, advice="Restore it from a copy."
        ) from error
    return hmac.new(secret, f"leadline desk {purpose}".encode(), sha256).digest()
