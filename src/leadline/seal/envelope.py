"""Sealing and opening of packages: a signed manifest over every file, inside an age file for one recipient.

age hides and protects the content but says nothing about who sent it; so the manifest, which names sender, recipient
and sequence, is signed (DSSE, Ed25519) before the whole is encrypted. Opening believes nothing before all of it has
been checked: until then the plain bytes lie in a file without a name, which is gone when the process is.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyrage

from leadline.errors import IntegrityBroken, LeadlineError, WrongUsage
from leadline.seal.archive import Archive, Members, is_member_path
from leadline.seal.canonical import canonical_json
from leadline.seal.dsse import fingerprint, key_text, opened, sign
from leadline.seal.files import publish, publish_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MANIFEST = "manifest.json"
SIGNATURE = "manifest.dsse.json"
FORMAT = "leadline-package/1"
_MOST_MANIFEST = 64 << 20
_RESEND = "Nothing was unpacked. Ask the sender to send it again, and tell them what this says."


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed package on the disk."""

    path: Path
    sha256: str
    """Of the sealed file."""
    bytes: int
    manifest: Mapping[str, Any]
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a package says about itself, after everything in it has been checked."""

    manifest: Mapping[str, Any]
    manifest_sha256: str
    signed_by: str
    """`ed25519:…`: whether that is the sender's key is for the reader to know."""


def seal_package(
    head: Mapping[str, object],
    contents: Iterable[tuple[str, Iterable[bytes]]],
    *,
    key: Ed25519PrivateKey,
    recipient: str,
    out: Path,
) -> Sealed:
    """Write a package for one age recipient to ``out``, which must not exist; whole or not at all.

    ``head`` holds the manifest's keys but `files`; sender's key, recipient's fingerprint and format are added here.
    ``contents`` gives path and bytes of each file, piece by piece.
    """
    if out.exists():
        raise WrongUsage(f"{out} is there already.", advice="Name another file with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=out.parent) as plain:
            manifest = _packed(cast(BinaryIO, plain), head, contents, key, recipient)
            return _encrypted(cast(BinaryIO, plain), manifest, recipient, out)
    except OSError as error:
        raise LeadlineError(f"The package could not be written: {error}.", where=str(out)) from error


def _packed(
    plain: BinaryIO,
    head: Mapping[str, object],
    contents: Iterable[tuple[str, Iterable[bytes]]],
    key: Ed25519PrivateKey,
    recipient: str,
) -> bytes:
    with closing(Archive(plain)) as archive:
        for path, pieces in contents:
            archive.add(path, pieces)
        sender = {**cast("dict[str, object]", head["sender"]), "key": key_text(key.public_key())}
        to = {**cast("dict[str, object]", head["recipient"]), "fingerprint": fingerprint(recipient)}
        files = sorted(archive.listed, key=lambda item: str(item["path"]))
        manifest = canonical_json({**head, "format": FORMAT, "sender": sender, "recipient": to, "files": files})
        archive.add(MANIFEST, [manifest])
        archive.add(SIGNATURE, [sign(manifest, key)])
    return manifest


def _encrypted(plain: BinaryIO, manifest: bytes, recipient: str, out: Path) -> Sealed:
    partial = out.with_name(f".{out.name}.{secrets.token_hex(8)}.tmp")
    plain.seek(0)
    try:
        with partial.open("xb") as stream:
            sealed = _Hashing(stream)
            pyrage.encrypt_io(plain, sealed, [read_recipient(recipient)])
        publish(partial, out, mode=0o600)
    finally:
        partial.unlink(missing_ok=True)
    return Sealed(out, sealed.hexdigest(), sealed.size, json.loads(manifest), hashlib.sha256(manifest).hexdigest())


class _Hashing:
    """Passes bytes on and hashes them on the way."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest, self.size = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def read_recipient(text: str) -> pyrage.x25519.Recipient:
    """An age recipient (`age1…`); :class:`WrongUsage` where it is none."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise WrongUsage(f"{text[:80]!r} is no age recipient.", advice="It begins with age1.") from error


def read_identities(path: Path) -> tuple[pyrage.x25519.Identity, ...]:
    """The identities of an age key file (as `age-keygen` writes it); :class:`IntegrityBroken` where there is none."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        found = tuple(pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#"))
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise IntegrityBroken(f"It is no age key file: {error}.", where=str(path), advice="Name another.") from error
    if not found:
        raise IntegrityBroken("It holds no identity.", where=str(path), advice="Name the file age-keygen wrote.")
    return found


def decrypted(file: Path, identities: Collection[pyrage.x25519.Identity], plain: BinaryIO) -> None:
    """Decrypt an age file into ``plain``; :class:`IntegrityBroken` for a byte out of place or another recipient."""
    try:
        with file.open("rb") as stream:
            pyrage.decrypt_io(stream, plain, list(identities))
    except (pyrage.DecryptError, OSError, ValueError) as error:
        raise IntegrityBroken(
            f"It cannot be decrypted with this identity: {error}.",
            where=str(file),
            advice=f"It was changed, cut off, or sealed for somebody else. {_RESEND}",
        ) from error


def open_package(
    file: Path,
    identities: Collection[pyrage.x25519.Identity],
    out: Path,
    *,
    accept: Callable[[Checked], None] | None = None,
) -> Checked:
    """Decrypt, check everything, then unpack into ``out`` (new or empty).

    ``accept`` sees the checked package before anything is written and raises to refuse it: who signed it, and whether
    it came before. :class:`IntegrityBroken` leaves nothing behind.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUsage(f"{out} is not empty.", advice="Name a new or an empty folder with --out.")
    own = {fingerprint(str(identity.to_public())) for identity in identities}
    with tempfile.TemporaryFile(dir=_existing(out)) as unnamed:
        plain = cast(BinaryIO, unnamed)
        decrypted(file, identities, plain)
        members = Members(plain)
        checked = _checked(members, own)
        if accept is not None:
            accept(checked)
        _unpacked(members, out)
    return checked


def _existing(out: Path) -> Path:
    folder = out.absolute().parent
    while not folder.is_dir():
        folder = folder.parent
    return folder


def _checked(members: Members, own: Collection[str]) -> Checked:
    manifest = members.whole(MANIFEST, most=_MOST_MANIFEST)
    payload, signed_by = opened(members.whole(SIGNATURE, most=2 * _MOST_MANIFEST))
    if payload != manifest:
        raise IntegrityBroken("The signature belongs to another manifest.", advice=_RESEND)
    stated = _read_manifest(manifest)
    if stated["sender"]["key"] != signed_by:
        raise IntegrityBroken("Its signer is not the sender that it names.", advice=_RESEND)
    if stated["recipient"]["fingerprint"] not in own:
        raise IntegrityBroken("It was made for another recipient and sealed anew for you.", advice=_RESEND)
    _check_files(members, stated["files"])
    return Checked(stated, hashlib.sha256(manifest).hexdigest(), signed_by)


def _read_manifest(manifest: bytes) -> dict[str, Any]:
    try:
        stated: dict[str, Any] = json.loads(manifest)
        sound = _is_sound(stated) and canonical_json(stated) == manifest
    except (ValueError, KeyError, TypeError, RecursionError, LeadlineError) as error:
        raise IntegrityBroken(f"The manifest cannot be read: {error}.", advice=_RESEND) from error
    if not sound:
        raise IntegrityBroken("The manifest is not in the form that Leadline writes.", advice=_RESEND)
    return stated


def _is_sound(stated: dict[str, Any]) -> bool:
    texts = (stated["sender"]["agency"], stated["sender"]["key"], stated["recipient"]["fingerprint"])
    return (
        stated["format"] == FORMAT
        and type(stated["sequence"]) is int
        and all(isinstance(text, str) for text in texts)
        and all(is_member_path(item["path"]) and type(item["bytes"]) is int for item in stated["files"])
    )


def _check_files(members: Members, files: list[dict[str, Any]]) -> None:
    listed = {item["path"]: item for item in files}
    if len(listed) != len(files) or {*listed, MANIFEST, SIGNATURE} != set(members.sizes):
        raise IntegrityBroken("It does not hold exactly the files that its manifest lists.", advice=_RESEND)
    for path, item in listed.items():
        digest, size = hashlib.sha256(), 0
        for piece in members.pieces(path):
            digest.update(piece)
            size += len(piece)
        if digest.hexdigest() != item["sha256"] or size != item["bytes"]:
            raise IntegrityBroken("A file is not what the manifest says.", where=path, advice=_RESEND)


def _unpacked(members: Members, out: Path) -> None:
    """Write beside, then rename: the folder is whole or it is not there."""
    target = out.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        for path in members.sizes:
            file = partial / path
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                for piece in members.pieces(path):
                    stream.write(piece)
        if target.exists():
            target.rmdir()
        publish_folder(partial, target, mode=0o600)
    except OSError as error:
        raise LeadlineError(f"It could not be unpacked: {error}.", where=str(out), advice="Free space.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
