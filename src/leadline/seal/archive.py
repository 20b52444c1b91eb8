"""The one form of a package's zip: members stored, in a fixed order, with nothing between, before or behind them.

Nothing is compressed, so nothing can unpack to more than it is; every byte of the file is a member or says where a
member lies, so there is no place for bytes that no manifest vouches for. The same members give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from typing import TYPE_CHECKING, BinaryIO

from leadline.errors import IntegrityBroken, LeadlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,119}){0,2}\Z", re.ASCII)
_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_LOCAL, _CENTRAL, _END = 30, 46, 22
"""Bytes of the headers of a zip, names left out."""
MOST_BYTES = 0xFFFF0000
"""Beyond this a zip would need another layout: make two packages."""
MOST_MEMBERS = 60_000
CHUNK = 1 << 20


class Archive:
    """A zip that is being written to a seekable stream; :attr:`listed` says what it holds."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=False)
        self.listed: list[dict[str, object]] = []

    def add(self, path: str, contents: Iterable[bytes]) -> None:
        """Write one member piece by piece; its path, SHA-256 and bytes are listed."""
        if not is_member_path(path):
            raise LeadlineError(f"{path!r} cannot be the path of a file in a package.")
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(path, _ZIPPED_AT)
        info.external_attr = _MODE
        try:
            with self._zip.open(info, "w") as member:
                for piece in contents:
                    digest.update(piece)
                    size += len(piece)
                    member.write(piece)
        except (zipfile.LargeZipFile, RuntimeError, struct.error) as error:
            raise self._too_large() from error
        if self._stream.tell() > MOST_BYTES or len(self.listed) >= MOST_MEMBERS:
            raise self._too_large()
        self.listed.append({"bytes": size, "path": path, "sha256": digest.hexdigest()})

    def close(self) -> None:
        """Write the directory of the zip; the stream stays open."""
        self._zip.close()

    @staticmethod
    def _too_large() -> LeadlineError:
        return LeadlineError("The package would be larger than 4 GiB.", advice="Split the referral by level.")


class Members:
    """The members of a finished archive, read in place; :class:`IntegrityBroken` for any other layout."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
            raise _another_layout(str(error)) from error
        self.sizes = {info.filename: info.file_size for info in infos}
        end = stream.seek(0, 2)
        place = 0
        for info in infos:
            if not _is_plain(info) or info.header_offset != place:
                raise _another_layout(info.filename[:120])
            place += _LOCAL + len(info.filename) + info.file_size
        place += sum(_CENTRAL + len(info.filename) for info in infos) + _END
        if len(self.sizes) != len(infos) or place != end or self._zip.comment:
            raise _another_layout("it holds more than its members")

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of one member; :class:`IntegrityBroken` where they are not what the zip says."""
        try:
            with self._zip.open(path) as member:
                while piece := member.read(CHUNK):
                    yield piece
        except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise _another_layout(path[:120]) from error

    def whole(self, path: str, *, most: int) -> bytes:
        """All bytes of a small member."""
        if self.sizes.get(path, most + 1) > most:
            raise _another_layout(f"{path} is missing or too large")
        return b"".join(self.pieces(path))


def is_member_path(path: str) -> bool:
    """Whether a file of a package may have this path: at most three plain ASCII names joined by `/`."""
    return _PATH.match(path) is not None


def _is_plain(info: zipfile.ZipInfo) -> bool:
    return (
        is_member_path(info.filename)
        and info.orig_filename == info.filename
        and info.compress_type == zipfile.ZIP_STORED
        and info.compress_size == info.file_size
        and (info.flag_bits, info.external_attr, info.internal_attr) == (0, _MODE, 0)
        and info.date_time == _ZIPPED_AT
        and not info.extra
        and not info.comment
    )


def _another_layout(what: str) -> IntegrityBroken:
    return IntegrityBroken(
        f"The package is not laid out as Leadline lays out a package: {what}.", advice="Ask the sender for it again."
    )
