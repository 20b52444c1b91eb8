"""The unit's own key for packages: Ed25519, made once in the workspace, vouched for by the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.errors import IntegrityBroken
from leadline.seal.files import write_durably
from leadline.seal.log import Log, read_private_key
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE_KEY = "keys/package.key"
MADE = "referral:key:made"


def sending_key(workspace: Path) -> Ed25519PrivateKey:
    """The key with which manifests are signed; made at its first use."""
    path = workspace / PACKAGE_KEY
    if not path.exists():
        _make(workspace)
    try:
        return read_private_key(path.read_bytes())
    except OSError as error:
        raise IntegrityBroken("The key for packages is gone.", where=PACKAGE_KEY, advice="Restore it.") from error


def _make(workspace: Path) -> None:
    log = Log.open(workspace)
    with log.writing("package key"):
        if any(entry.action == MADE for entry in log.entries()):
            raise IntegrityBroken("The key for packages is gone.", where=PACKAGE_KEY, advice="Restore it from a copy.")
        key = Ed25519PrivateKey.generate()
        data = key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
        write_durably(workspace / PACKAGE_KEY, data, mode=0o400, scratch=workspace / "tmp")
        log.append(MADE, digests={PACKAGE_KEY: sha256_of(data)})
