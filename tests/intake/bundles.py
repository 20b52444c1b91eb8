"""Bundles for the tests of intake: an ordinary one, and zips made byte by byte so that anything can be wrong."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.seal.log import Log
from leadline.settings import Settings, settings_text
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

TIP = """\
[tip]
reference = "ESP-0042"
provider = "Example Cloud"
received_at = 2019-09-20T02:15:00Z
cache_keys = ["k1"]

[[file]]
path = "logs/access.log"
kind = "access-log"
format = "combined"

[[file.request]]
method = "GET"
path = '/c/[^/]+/o/(?P<object>[^/?]+)/raw'
action = "download"

[[file]]
path = "accounts.csv"
kind = "accounts"
[file.columns]
user_id = "account_key"
"""
LOG = (
    '240.1.0.5 - anna [01/Mar/2019:10:00:00 +0000] "GET /c/k1/o/a1/raw HTTP/1.1" 200 1000 "-" "UA/1"\n'
    '240.1.0.6 - bert [02/Mar/2019:10:00:05 +0000] "GET /c/k1/o/a2 HTTP/1.1" 304 0 "-" "UA/1"\n'
)
ACCOUNTS = "user_id,created_at,favourite_colour\nanna,2018-01-01T00:00:00Z,blue\n"
INVENTORY = "object_key,size,sha256,added_at\na1,1000," + "a" * 64 + ",2019-01-01T00:00:00Z\n"

FILES: dict[str, bytes] = {
    "tip.toml": TIP.encode(),
    "logs/access.log": LOG.encode(),
    "accounts.csv": ACCOUNTS.encode(),
    "inventory.csv": INVENTORY.encode(),
}
"""An ordinary bundle."""


def make_workspace(folder: Path) -> Path:
    """A workspace as `init` makes it."""
    folder.mkdir(parents=True)
    text = settings_text(Settings()).encode()
    (folder / "leadline.toml").write_bytes(text)
    Log.create(folder, "unit.example/desk", digests={"leadline.toml": sha256_of(text)})
    return folder


def make_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def make_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


@dataclass
class Entry:
    """One member of a zip made by hand; what is None is what it should be."""

    name: bytes = b"a.txt"
    data: bytes = b"text\n"
    method: int = 8
    flags: int = 0x800
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    packed: bytes | None = None
    crc: int | None = None
    local_crc: int | None = None
    packed_size: int | None = None
    local_packed_size: int | None = None
    size: int | None = None
    local_size: int | None = None
    offset: int | None = None
    mode: int = 0o100644
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    signature: bytes = b"PK\x03\x04"


@dataclass
class HandmadeZip:
    """A zip written field by field."""

    entries: list[Entry] = field(default_factory=list)
    prefix: bytes = b""
    gap: bytes = b""
    """Between the last member and the directory."""
    count: int | None = None
    directory_size: int | None = None
    directory_offset: int | None = None
    tail: bytes = b""
    comment: bytes = b""

    def write(self, path: Path) -> Path:
        body, directory = bytearray(self.prefix), bytearray()
        for entry in self.entries:
            directory += self._directory_entry(entry, len(body))
            body += self._member(entry)
        body += self.gap
        start = len(body) if self.directory_offset is None else self.directory_offset
        count = len(self.entries) if self.count is None else self.count
        size = len(directory) if self.directory_size is None else self.directory_size
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, start, len(self.comment)) + self.comment
        path.write_bytes(bytes(body) + bytes(directory) + end + self.tail)
        return path

    @staticmethod
    def _packed(entry: Entry) -> bytes:
        if entry.packed is not None:
            return entry.packed
        if entry.method != 8:
            return entry.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(entry.data) + packer.flush()

    def _values(self, entry: Entry) -> tuple[int, int, int]:
        packed = self._packed(entry)
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        size = len(entry.data) if entry.size is None else entry.size
        return crc, len(packed) if entry.packed_size is None else entry.packed_size, size

    def _member(self, entry: Entry) -> bytes:
        crc, packed_size, size = self._values(entry)
        name = entry.name if entry.local_name is None else entry.local_name
        header = struct.pack(
            "<4s5H3L2H",
            entry.signature,
            20,
            entry.flags if entry.local_flags is None else entry.local_flags,
            entry.method if entry.local_method is None else entry.local_method,
            0,
            0x21,
            crc if entry.local_crc is None else entry.local_crc,
            packed_size if entry.local_packed_size is None else entry.local_packed_size,
            size if entry.local_size is None else entry.local_size,
            len(name),
            len(entry.local_extra),
        )
        return header + name + entry.local_extra + self._packed(entry)

    def _directory_entry(self, entry: Entry, place: int) -> bytes:
        crc, packed_size, size = self._values(entry)
        header = struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            (3 << 8) | 20,
            20,
            entry.flags,
            entry.method,
            0,
            0x21,
            crc,
            packed_size,
            size,
            len(entry.name),
            len(entry.extra),
            len(entry.comment),
            0,
            0,
            entry.mode << 16,
            place if entry.offset is None else entry.offset,
        )
        return header + entry.name + entry.extra + entry.comment


def entries_of(workspace: Path) -> list[dict[str, Any]]:
    """All entries of the log."""
    return [json.loads(line) for line in (workspace / "log/entries.jsonl").read_bytes().splitlines()]


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def payload_of(workspace: Path, entry: dict[str, Any]) -> dict[str, Any]:
    content = json.loads((workspace / f"log/payloads/{entry['seq']:08d}.json").read_bytes())
    facts: dict[str, Any] = content["facts"]
    return facts


def nothing_kept(workspace: Path, before: int) -> dict[str, Any]:
    """Assert that a refusal left one entry and nothing else; the payload of that entry."""
    for name in ("exhibits", "lake"):
        assert not (workspace / name).exists() or not files_below(workspace / name)
    assert files_below(workspace / "tmp") == []
    entries = entries_of(workspace)
    assert len(entries) == before + 1
    assert entries[-1]["action"] == "tip:bundle:refused"
    assert entries[-1]["digests"] == {}
    return payload_of(workspace, entries[-1])
