"""A bundle that is a zip: read as a stream of members within strict limits, never unpacked by its own names."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leadline.reading.streams import MAX_RATIO, RATIO_FREE
from leadline.stages.intake.member import Member, refuse_bad_name, refuse_files_as_folders, refuse_twins, shown
from leadline.stages.intake.refusal import BundleRefused, leave_out

if TYPE_CHECKING:
    from pathlib import Path

MAX_MEMBERS = 10_000
_MAX_DIRECTORY = 16 << 20
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _SIZES_FOLLOW, _STRONG, _UTF8, _MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
_MEANING = _ENCRYPTED | _STRONG | _UTF8 | _MASKED
_METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}
_DESCRIPTORS = frozenset({12, 16, 20, 24})
_AGAIN = "Ask the provider for the bundle again."
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class _Span(NamedTuple):
    """The bytes of a member, its own header included; ``descriptor``: its sizes follow them once more."""

    start: int
    end: int
    name: str
    descriptor: bool


class ZipBundle:
    """The members of a zip file; everything that its directory can show to be wrong is refused at once."""

    def __init__(self, path: Path) -> None:
        self._file = _Bounded(path)
        try:
            self._zip = self._directory(path)
            self._infos = {info.orig_filename: info for info in _checked(self._zip, self._file)}
        except BaseException:
            self._file.close()
            raise
        self.members = tuple(Member(name, self._infos[name].file_size) for name in sorted(self._infos))

    def _directory(self, path: Path) -> zipfile.ZipFile:
        try:
            opened = zipfile.ZipFile(cast(BinaryIO, self._file))
        except (*_BROKEN, ValueError, UnicodeDecodeError, struct.error) as error:
            raise _damaged(shown(path.name), error) from error
        self._file.bounded = False
        return opened

    def open(self, member: Member) -> BinaryIO:
        """The member's bytes; its checksum is checked at their end."""
        try:
            return cast(BinaryIO, _Guarded(self._zip.open(self._infos[member.path]), member))
        except _BROKEN as error:
            raise _damaged(shown(member.path), error) from error

    def close(self) -> None:
        self._zip.close()
        self._file.close()


class _Bounded(io.FileIO):
    """The zip file; while its directory is read, no single read may ask for more than any directory needs."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self.bounded = True
        self._length = path.stat().st_size

    def read(self, size: int | None = -1) -> bytes:
        left = self._length - self.tell()
        wanted = left if size is None or size < 0 else size
        if self.bounded and wanted > _MAX_DIRECTORY:
            raise BundleRefused("the zip's directory is too large.", code="too-many-members", advice=_AGAIN)
        return super().read(wanted) or b""


class _Guarded(io.RawIOBase):
    """A member being read; damage is told in our words."""

    def __init__(self, stream: zipfile.ZipExtFile | object, member: Member) -> None:
        super().__init__()
        self._stream = cast(BinaryIO, stream)
        self._member = member

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except _BROKEN as error:
            raise _damaged(shown(self._member.path), error) from error

    def close(self) -> None:
        self._stream.close()
        super().close()


def _checked(opened: zipfile.ZipFile, file: io.FileIO) -> list[zipfile.ZipInfo]:
    """All files of the directory, each checked by itself and against its own header, then all together."""
    infos = opened.infolist()
    if len(infos) > MAX_MEMBERS:
        raise BundleRefused(
            f"the zip has {len(infos)} members; {MAX_MEMBERS} are allowed.", code="too-many-members", advice=_AGAIN
        )
    spans = []
    for info in infos:
        _check_entry(info)
        spans.append(_span(info, file))
    _refuse_overlaps(sorted(spans), opened.start_dir)
    refuse_twins(info.orig_filename.removesuffix("/") for info in infos)
    files = [info for info in infos if not info.is_dir()]
    refuse_files_as_folders([info.orig_filename for info in files])
    return files


def _check_entry(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    where = shown(name)
    if name != info.filename or "\0" in name:
        raise BundleRefused("the zip spells the name in two ways.", code="header-mismatch", where=where, advice=_AGAIN)
    refuse_bad_name(name.removesuffix("/"))
    if not name.isascii() and not info.flag_bits & _UTF8:
        raise BundleRefused(
            "the name is not marked as UTF-8.",
            code="bad-name",
            where=where,
            advice="Zip the files again with UTF-8 names.",
        )
    if info.flag_bits & (_ENCRYPTED | _STRONG | _MASKED) or info.compress_type == 99:
        raise BundleRefused(
            "is encrypted.",
            code="encrypted",
            where=where,
            advice="Decrypt it, and receive the bundle without encryption.",
        )
    _check_kind(info, where)
    _check_sizes(info, where)


def _check_kind(info: zipfile.ZipInfo, where: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise BundleRefused("is a link; a bundle holds files only.", code="link", where=where, advice=_AGAIN)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (kind == stat.S_IFDIR) > info.is_dir():
        raise BundleRefused("is no file.", code="special-file", where=where, advice=_AGAIN)
    if info.compress_type not in _METHODS:
        raise BundleRefused(
            f"is compressed by method {info.compress_type}.",
            code="method",
            where=where,
            advice="Zip the files again, stored or deflated.",
        )


def _check_sizes(info: zipfile.ZipInfo, where: str) -> None:
    if info.is_dir() and info.file_size:
        raise BundleRefused("is a folder with bytes.", code="header-mismatch", where=where, advice=_AGAIN)
    if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
        raise BundleRefused("has two sizes.", code="header-mismatch", where=where, advice=_AGAIN)
    if info.file_size > RATIO_FREE and info.file_size > MAX_RATIO * info.compress_size:
        raise BundleRefused(
            f"unpacks to more than {MAX_RATIO} times its size.",
            code="ratio",
            where=where,
            advice="Unpack the bundle yourself and receive the folder, if you trust it.",
        )


def _span(info: zipfile.ZipInfo, file: io.FileIO) -> _Span:
    """Where the member lies, from its own header, which must say what the directory says."""
    if info.header_offset < 0:
        raise _mismatch(info)
    file.seek(info.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise _mismatch(info)
    fields: tuple[int, ...] = _LOCAL.unpack(header)[2:]
    flags, method, _, _, checksum, packed, unpacked, name_length, extra_length = fields
    name = file.read(name_length).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    if (name, method, flags & _MEANING) != (info.orig_filename, info.compress_type, info.flag_bits & _MEANING):
        raise _mismatch(info)
    stated = ((checksum, info.CRC), (packed, info.compress_size), (unpacked, info.file_size))
    if not flags & _SIZES_FOLLOW and any(here != there for here, there in stated if here != 0xFFFFFFFF):
        raise _mismatch(info)
    end = info.header_offset + _LOCAL.size + name_length + extra_length + info.compress_size
    return _Span(info.header_offset, end, info.orig_filename, bool(flags & _SIZES_FOLLOW))


def _refuse_overlaps(spans: list[_Span], directory: int) -> None:
    """Members must follow one another without overlap, and without bytes between that no member accounts for."""
    before = _Span(0, 0, "", descriptor=False)
    for following in [*spans, _Span(directory, directory, "", descriptor=False)]:
        between = following.start - before.end
        if between < 0:
            raise BundleRefused(
                "shares bytes with another member.", code="overlap", where=shown(before.name), advice=_AGAIN
            )
        if between not in (_DESCRIPTORS if before.descriptor else {0}):
            raise BundleRefused(
                f"the zip has {between} bytes at {before.end} that belong to no member.",
                code="hidden-bytes",
                advice=_AGAIN,
            )
        before = following


def _mismatch(info: zipfile.ZipInfo) -> BundleRefused:
    return BundleRefused(
        "the zip's directory and the member's own header differ.",
        code="header-mismatch",
        where=shown(info.orig_filename),
        advice=_AGAIN,
    )


def _damaged(where: str, error: Exception) -> BundleRefused:
    said = str(error) or type(error).__name__
    return BundleRefused(
        f"the zip is damaged ({said}).", code="archive-damaged", where=where, advice=f"{_AGAIN} Or: {leave_out(where)}"
    )
