"""The bytes of an image, whatever its container: one read at any offset, and proof that nothing was changed."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any, Protocol

from leadline.errors import InputRefused
from leadline.reference.hashsets.extras import needed
from leadline.seal.hashing import sha256_file

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.stages.devices.contract import Notes

EWF_SIGNATURES = (b"EVF\x09\x0d\x0a\xff\x00", b"EVF2\x0d\x0a\x81\x00")
RAW_SUFFIX = re.compile(r"\.(dd|raw|img|bin|ima|0[0-9]{2})\Z", re.ASCII)
_NUMBERED = re.compile(r"(.*\.)(0[0-9]{2})\Z", re.DOTALL)
_PIECE = 1 << 20
_NEXT = ((76, b"next\x00"), (64, b"\x0d\x00\x00\x00"))
"""How far before its end the last section of a segment is described, and as what where another segment follows: in
the first and in the second version of the format."""


class Media(Protocol):
    """An opened image: ``size`` bytes."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes: ...
    def segment_digests(self) -> dict[str, str]: ...
    def check_stored_digests(self, notes: Notes) -> None: ...
    def facts(self) -> dict[str, str]: ...
    def close(self) -> None: ...


def open_media(path: Path) -> Media:
    """The image that begins with this file; :class:`InputRefused` where a segment is missing or it is damaged."""
    with path.open("rb") as stream:
        signature = stream.read(8)
    return _Ewf(path) if signature in EWF_SIGNATURES else _Raw(path)


class _Raw:
    """One raw file, or numbered segments (.001, .002 …)."""

    def __init__(self, path: Path) -> None:
        self._paths = _segments(path)
        self._files = [open(one, "rb", buffering=0) for one in self._paths]  # noqa: SIM115, PTH123  kept open
        self._ends: list[int] = []
        for file in self._files:
            self._ends.append((self._ends[-1] if self._ends else 0) + os.fstat(file.fileno()).st_size)
        self.size = self._ends[-1]

    def read_at(self, offset: int, length: int) -> bytes:
        pieces: list[bytes] = []
        begin = 0
        for file, end in zip(self._files, self._ends, strict=True):
            if length and begin <= offset < end:
                piece = os.pread(file.fileno(), min(length, end - offset), offset - begin)
                pieces.append(piece)
                offset, length = offset + len(piece), length - len(piece)
            begin = end
        return b"".join(pieces)

    def segment_digests(self) -> dict[str, str]:
        return {f"segment_{at}_sha256": sha256_file(path) for at, path in enumerate(self._paths)}

    def check_stored_digests(self, notes: Notes) -> None:
        """A raw image stores none."""

    def facts(self) -> dict[str, str]:
        return {"kind": "raw image", "segments": str(len(self._paths)), "bytes": str(self.size)}

    def close(self) -> None:
        for file in self._files:
            file.close()


def _segments(path: Path) -> list[Path]:
    found = _NUMBERED.match(path.name)
    if not found:
        return [path]
    if int(found[2]) > 1 or (found[2] == "001" and path.with_name(f"{found[1]}000").exists()):
        raise InputRefused("this is not the first segment.", where=path.name, advice="Name the first segment.")
    paths, number = [path], int(found[2]) + 1
    while (following := path.with_name(f"{found[1]}{number:03}")).is_file():
        paths.append(following)
        number += 1
    last = max((int(one.name[-3:]) for one in path.parent.glob(f"{_escaped(found[1])}[0-9][0-9][0-9]")), default=0)
    if last >= number:
        raise InputRefused(
            f"segment {number:03} is missing, and {last:03} is there.",
            where=path.name,
            advice="Bring all segments together.",
        )
    return paths


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


class _Ewf:
    """An image in the Expert Witness format, read through libewf."""

    def __init__(self, path: Path) -> None:
        self._pyewf = needed("pyewf")
        try:
            self._paths = self._pyewf.glob(str(path))
            self._handle: Any = self._pyewf.handle()
            self._handle.open(self._paths)
        except OSError as error:
            raise _refused(path, error) from error
        if _announces_another(self._paths[-1]):
            raise InputRefused(
                f"segment {len(self._paths) + 1} is missing.", where=path.name, advice="Bring all segments together."
            )
        self.size = int(self._handle.get_media_size())
        self._stored: dict[str, str] = {
            kind.lower(): value.lower() for kind, value in (self._handle.get_hash_values() or {}).items()
        }
        self._state = "no digest is stored"

    def read_at(self, offset: int, length: int) -> bytes:
        try:
            data: bytes = self._handle.read_buffer_at_offset(max(0, min(length, self.size - offset)), offset)
        except OSError as error:
            raise OSError(0, f"the image is damaged at byte {offset}: {_short(error)}") from error
        return data

    def segment_digests(self) -> dict[str, str]:
        return {f"segment_{at}_sha256": _sha256_of_path(path) for at, path in enumerate(self._paths)}

    def check_stored_digests(self, notes: Notes) -> None:
        """Read the whole medium once and compare with the digests that the image stores about itself."""
        hashes = {kind: hashlib.new(kind, usedforsecurity=False) for kind in ("md5", "sha1") if kind in self._stored}
        if not hashes:
            notes.add("no-stored-digest", "image", "the image does not say what its content's digest was")
            return
        try:
            for offset in range(0, self.size, _PIECE):
                piece = self.read_at(offset, _PIECE)
                for one in hashes.values():
                    one.update(piece)
        except OSError as error:
            self._state = "cannot be checked"
            notes.add("image-damaged", "image", error.strerror or "")
            return
        wrong = [kind for kind, one in hashes.items() if one.hexdigest() != self._stored[kind]]
        self._state = "differs" if wrong else "equal"
        for kind in wrong:
            notes.add(
                "stored-digest-differs", "image", f"{kind}: stored {self._stored[kind]}, is {hashes[kind].hexdigest()}"
            )

    def facts(self) -> dict[str, str]:
        stored = {f"stored_{kind}": value for kind, value in sorted(self._stored.items())}
        return {
            "kind": "EWF image",
            "segments": str(len(self._paths)),
            "bytes": str(self.size),
            "libewf": str(self._pyewf.get_version()),
            **stored,
            "stored_digest": self._state,
        }

    def close(self) -> None:
        self._handle.close()


def _announces_another(segment: str) -> bool:
    """Whether a segment says that it is not the last one."""
    with open(segment, "rb") as stream:  # noqa: PTH123  libewf names its segments as text
        place, kind = _NEXT[stream.read(8) == EWF_SIGNATURES[1]]
        stream.seek(-place, os.SEEK_END)
        return stream.read(len(kind)) == kind


def _refused(path: Path, error: OSError) -> InputRefused:
    if "encrypted section" in str(error):
        return InputRefused(
            "the image is encrypted, and nothing of it was read.",
            where=path.name,
            advice="Have it written again without encryption by the tool that made it, and examine that.",
        )
    return InputRefused(
        f"the image cannot be opened: {_short(error)}", where=path.name, advice="Are all segments there, and whole?"
    )


def _sha256_of_path(path: str) -> str:
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  libewf names its segments as text
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _short(error: OSError) -> str:
    return str(error).split("libewf")[-1].strip(" :.")[:160] or "unknown"
