"""Checks an opened package without Leadline: is everything in it what its sender signed?

python3 verify.py [FOLDER or ZIP] [--key ed25519:HEX]     FOLDER: where this file lies, where nothing is named
Exit code 0: every file is what the manifest says and the signature holds; 4: something is not; 2: wrong call.
Needs Python 3.9 or newer and the package `cryptography`. Give the sender's key as you got it over another channel:
without --key it is only certain that ONE key signed everything, not whose.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path

MANIFEST, SIGNATURE = "manifest.json", "manifest.dsse.json"
TYPE = "application/vnd.leadline.manifest+json"
HELD_BY_THE_READER = frozenset({"verify.pyc", "__pycache__"})


class NotWhole(Exception):
    """Something is not what was signed."""


def members(place: Path) -> dict[str, bytes]:
    """Path to bytes of every file; links are refused."""
    if place.is_file():
        with zipfile.ZipFile(place) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise NotWhole("the archive holds a name twice")
            return {name: archive.read(name) for name in names}
    found = {}
    for path in sorted(place.rglob("*")):
        if path.is_symlink():
            raise NotWhole(f"{path.name} is a link")
        if path.is_file() and not HELD_BY_THE_READER & set(path.parts):
            found[path.relative_to(place).as_posix()] = path.read_bytes()
    return found


def signed_payload(envelope: bytes) -> tuple[bytes, str]:
    """Payload and key of the one signature, if it holds."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    stated = json.loads(envelope)
    if stated["payloadType"] != TYPE or len(stated["signatures"]) != 1:
        raise NotWhole("the signature is of another kind")
    payload = base64.b64decode(stated["payload"], validate=True)
    signed = stated["signatures"][0]
    kind = TYPE.encode()
    text = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["keyid"].removeprefix("ed25519:")))
    public.verify(base64.b64decode(signed["sig"], validate=True), text)
    return payload, signed["keyid"]


def check(place: Path, key: str) -> str:
    """Which package of whom for whom it is, once everything has been checked; :class:`NotWhole` otherwise."""
    from cryptography.exceptions import InvalidSignature

    try:
        held = members(place)
        payload, signed_by = signed_payload(held.pop(SIGNATURE))
        if payload != held.pop(MANIFEST):
            raise NotWhole("the signature belongs to another manifest")
        manifest = json.loads(payload)
        if manifest["sender"]["key"] != signed_by or (key and key != signed_by):
            raise NotWhole(f"it is signed with another key: {signed_by}")
        listed = {item["path"]: item for item in manifest["files"]}
        if set(listed) != set(held) or len(listed) != len(manifest["files"]):
            raise NotWhole(f"files too many or too few: {sorted(set(listed) ^ set(held))[:5]}")
        for path, item in listed.items():
            if hashlib.sha256(held[path]).hexdigest() != item["sha256"] or len(held[path]) != item["bytes"]:
                raise NotWhole(f"{path} is not what the manifest says")
        sender, recipient = manifest["sender"]["name"], manifest["recipient"]["name"]
        return f"package {manifest['sequence']} from {sender!r} (key {signed_by}) for {recipient!r}"
    except InvalidSignature as error:
        raise NotWhole("the signature does not hold") from error
    except (KeyError, ValueError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise NotWhole(f"it cannot be read: {error!r}") from error


def main(arguments: list[str]) -> int:
    """Check and say; the exit code."""
    key = ""
    if "--key" in arguments:
        at = arguments.index("--key")
        key = "".join(arguments[at + 1 : at + 2])
        arguments = arguments[:at] + arguments[at + 2 :]
        if not key:
            sys.stderr.write(f"{__doc__}\n")
            return 2
        key = key if key.startswith("ed25519:") else f"ed25519:{key}"
    if len(arguments) > 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        whose = check(place, key)
    except NotWhole as error:
        sys.stderr.write(f"NOT WHOLE: {error}. Do not use it; ask the sender for it again.\n")
        return 4
    sys.stdout.write(f"Whole: {whose}.\n")
    if not key:
        sys.stdout.write("Compare the sender's key over another channel, or give it with --key.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
