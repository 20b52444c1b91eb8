"""Partitions and file systems of an image, walked with The Sleuth Kit; what cannot be read is said plainly."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leadline.reference.hashsets.extras import needed
from leadline.stages.devices.contract import Item, Notes
from leadline.stages.devices.naming import instant, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.stages.devices.media import Media

_TO_GO = (424, b"\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01")
"""BitLocker To Go: in front of it lies a FAT file system that can be read and holds nothing of the volume's files."""
_ENCRYPTED = (
    (3, b"-FVE-FS-", "BitLocker"),
    (0, b"LUKS\xba\xbe", "LUKS"),
    (88, b"CS", "CoreStorage, as FileVault uses it"),
    (*_TO_GO, "BitLocker To Go"),
)
_CONTAINERS = ((32, b"NXSB", "APFS container"), (0, b"\x00" * 4096, "nothing but zeros where it begins"))
_APFS_KEYS = 1304
"""Where an APFS container counts the blocks of its key bag; without one no volume in it is encrypted by APFS."""
_REST = 1 << 20
"""Bytes behind a file system that are worth a note."""
_WHOLE = "the whole medium"
_MOST_DEPTH = 256
_TSK_ERRORS = (OSError, RuntimeError)
"""What the library raises, by the place where it met a fault."""


def walk_volumes(media: Media, notes: Notes) -> Iterator[Item]:
    """Every file of every file system; where there is a partition table, paths begin with ``vol<N>/``."""
    tsk = needed("pytsk3")
    image = _image(tsk, media)
    for number, (offset, length, what) in enumerate(_partitions(tsk, image, media, notes)):
        label = "" if what == _WHOLE else f"vol{number}"
        try:
            filesystem = None if _hides_volume(media, offset) else tsk.FS_Info(image, offset=offset)
        except _TSK_ERRORS as error:
            yield _unread(media, (offset, length, what), label, notes, error)
            continue
        if filesystem is None:
            yield _unread(media, (offset, length, what), label, notes, None)
            continue
        rest = length - int(filesystem.info.block_count) * int(filesystem.info.block_size)
        if rest >= _REST:
            notes.add("space-outside-file-system", label or "image", f"{rest} bytes behind it, not searched")
        yield from _Walk(tsk, filesystem, label, media.size, notes).items()


def _hides_volume(media: Media, offset: int) -> bool:
    """Whether an encrypted volume lies behind a file system that can be read."""
    place, signature = _TO_GO
    try:
        return media.read_at(offset + place, len(signature)) == signature
    except OSError:
        return False


def _image(tsk: Any, media: Media) -> Any:
    class Image(tsk.Img_Info):  # type: ignore[misc]  # the library is imported only here
        """The media as The Sleuth Kit wants to read it."""

        def __init__(self) -> None:
            super().__init__(url="", type=tsk.TSK_IMG_TYPE_EXTERNAL)

        def close(self) -> None:
            """The media is closed by whoever opened it."""

        def read(self, offset: int, size: int) -> bytes:
            try:
                return media.read_at(offset, size)
            except OSError:
                return b""  # a short read is an error for The Sleuth Kit; an exception would be one of ours

        def get_size(self) -> int:
            return media.size

    return Image()


def _partitions(tsk: Any, image: Any, media: Media, notes: Notes) -> list[tuple[int, int, str]]:
    """(offset, bytes, description) of each volume; the whole medium where there is no partition table."""
    try:
        table = tsk.Volume_Info(image)
    except _TSK_ERRORS:
        return [(0, media.size, _WHOLE)]
    block = int(table.info.block_size)
    found: list[tuple[int, int, str]] = []
    for part in table:
        what = part.desc.decode("utf-8", "backslashreplace")
        if part.flags & tsk.TSK_VS_PART_FLAG_ALLOC:
            found.append((part.start * block, part.len * block, what))
        elif part.flags & tsk.TSK_VS_PART_FLAG_UNALLOC:
            notes.add("space-outside-volumes", f"sector {part.start}", f"{part.len * block} bytes, not searched")
    return found or [(0, media.size, _WHOLE)]


def _unread(media: Media, place: tuple[int, int, str], label: str, notes: Notes, error: Exception | None) -> Item:
    """A volume that could not be walked, as an entry that could not be read: it is never taken for an empty one."""
    offset, length, what = place
    try:
        word, why = _called(media.read_at(offset, 4096), error)
    except OSError as damage:
        word, why = "volume-damaged", str(damage.strerror)
    notes.add(word, label or "image", f"{what}, {length} bytes: {why}; nothing of it was read")
    return Item(label or "image", length, volume=label, problem=f"volume: {why}")


def _called(begin: bytes, error: Exception | None) -> tuple[str, str]:
    """The anomaly's word and what the volume is, by its first bytes."""
    for place, signature, name in _ENCRYPTED:
        if begin[place : place + len(signature)] == signature:
            return "volume-encrypted", name
    if begin[32:36] == b"NXSB" and any(begin[_APFS_KEYS : _APFS_KEYS + 8]):
        return "volume-encrypted", "APFS container with the keys of encrypted volumes"
    for place, signature, name in _CONTAINERS:
        if begin[place : place + len(signature)] == signature:
            return "volume-unsupported", name
    # What looks random may be encrypted, compressed or wiped: nobody can tell, so no more is said.
    looks_random = "encrypt" in str(error).lower()
    reason = "" if looks_random or error is None else f" ({str(error).split(chr(10))[0][:160]})"
    return "volume-unsupported", f"not readable as any known file system{reason}"


class _Walk:
    def __init__(self, tsk: Any, filesystem: Any, label: str, most: int, notes: Notes) -> None:
        self._tsk, self._fs, self._label, self._most, self._notes = tsk, filesystem, label, most, notes
        self._seen: set[int] = set()

    def items(self) -> Iterator[Item]:
        """Files folder by folder, in the order of the file system."""
        waiting: list[tuple[int, str, int]] = [(int(self._fs.info.root_inum), self._label and f"{self._label}/", 0)]
        while waiting:
            inode, path, depth = waiting.pop()
            if inode in self._seen or depth > _MOST_DEPTH:
                self._notes.add("loop", path, "a folder that holds itself, or too deep: not walked again")
                continue
            self._seen.add(inode)
            below: list[tuple[int, str, int]] = []
            for entry, name in self._entries(inode, path):
                inner = self._folder(entry)
                if inner is not None:
                    below.append((inner, f"{path}{name}/", depth + 1))
                else:
                    yield from self._file(entry, f"{path}{name}")
            waiting += reversed(below)

    def _entries(self, inode: int, path: str) -> Iterator[tuple[Any, str]]:
        try:
            for entry in self._fs.open_dir(inode=inode):
                raw = entry.info.name.name
                if raw not in (b".", b"..", b""):
                    yield entry, shown(raw)
        except _TSK_ERRORS as error:
            self._notes.add("folder-unreadable", path, str(error).split("\n")[0][:160])

    def _folder(self, entry: Any) -> int | None:
        tsk, meta, name = self._tsk, entry.info.meta, entry.info.name
        if meta is None or meta.type not in (tsk.TSK_FS_META_TYPE_DIR, tsk.TSK_FS_META_TYPE_VIRT_DIR):
            return None
        if self._reallocated(entry):
            return None
        return int(meta.addr) if name.type != tsk.TSK_FS_NAME_TYPE_LNK else None

    def _reallocated(self, entry: Any) -> bool:
        """A deleted name whose place now belongs to another file: its content is not this one's."""
        tsk, meta = self._tsk, entry.info.meta
        name_gone = bool(entry.info.name.flags & tsk.TSK_FS_NAME_FLAG_UNALLOC)
        return name_gone and meta is not None and bool(meta.flags & tsk.TSK_FS_META_FLAG_ALLOC)

    def _file(self, entry: Any, path: str) -> Iterator[Item]:
        tsk, meta = self._tsk, entry.info.meta
        deleted = bool(entry.info.name.flags & tsk.TSK_FS_NAME_FLAG_UNALLOC)
        if meta is None or self._reallocated(entry):
            yield Item(path, volume=self._label, deleted=deleted, problem="only the name is left")
        elif meta.type == tsk.TSK_FS_META_TYPE_LNK:
            self._notes.add("link", path, "not followed")
        elif meta.type == tsk.TSK_FS_META_TYPE_REG:
            deleted = deleted or bool(meta.flags & tsk.TSK_FS_META_FLAG_UNALLOC)
            yield from self._contents(entry, path, deleted=deleted)
        elif meta.type not in (tsk.TSK_FS_META_TYPE_VIRT, tsk.TSK_FS_META_TYPE_DIR):
            self._notes.add("special-file", path, f"type {int(meta.type)}")

    def _contents(self, entry: Any, path: str, *, deleted: bool) -> Iterator[Item]:
        """The content, and on NTFS each named stream as an entry of its own."""
        tsk, meta = self._tsk, entry.info.meta
        streams = [(path, int(meta.size), None)]
        try:
            named = [one for one in entry if one.info.type == tsk.TSK_FS_ATTR_TYPE_NTFS_DATA]
        except _TSK_ERRORS:
            named = []
        if named:
            streams = [
                (f"{path}:{shown(one.info.name)}" if one.info.name else path, int(one.info.size), one.info)
                for one in named
            ]
        for name, size, attribute in streams:
            problem = "sparse: larger than the medium it lies on" if size > self._most else ""
            if problem:
                self._notes.add("sparse-file", name, f"claims {size} bytes")
            yield Item(
                name,
                size,
                instant(meta.mtime),
                volume=self._label,
                deleted=deleted,
                opened=_opener(entry, size, attribute),
                problem=problem,
            )


class _Content:
    """A file of an image, read from its beginning on, or from where it was set to."""

    def __init__(self, entry: Any, size: int, attribute: Any) -> None:
        self._entry, self._size, self._attribute, self._at = entry, size, attribute, 0

    def seek(self, offset: int) -> int:
        self._at = offset
        return offset

    def read(self, size: int) -> bytes:
        wanted = min(size, self._size - self._at)
        if wanted <= 0:
            return b""
        place = (int(self._attribute.type), int(self._attribute.id)) if self._attribute is not None else ()
        try:
            data: bytes = self._entry.read_random(self._at, wanted, *place)
        except _TSK_ERRORS as error:
            raise OSError(0, str(error).split("\n")[0][:160]) from error
        if not data:
            raise OSError(0, f"ends after {self._at} of {self._size} bytes")
        self._at += len(data)
        return data


def _opener(entry: Any, size: int, attribute: Any) -> Any:
    @contextmanager
    def opened() -> Iterator[_Content]:
        yield _Content(entry, size, attribute)

    return opened
