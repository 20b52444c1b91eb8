"""Partitions and file systems of an image, walked with The Sleuth Kit; what cannot be read is said plainly."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leadline.reference.hashsets.extras import needed
from leadline.stages.devices.contract import Item, Notes
from leadline.stages.devices.naming import instant, shown
from leadline.stages.devices.unread import FILE_ELSEWHERE, FILE_ENCRYPTED, FILE_PACKED, PROBLEMS
from leadline.stages.devices.volumes import DAMAGED, hides_volume, what_it_is

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadline.stages.devices.media import Media

_REST = 1 << 20
"""Bytes behind a file system that are worth a note."""
_EXT_FEATURES = 1024 + 0x60
_EXT_ENCRYPT = 0x10000
"""The superblock's features that a reader must know, and the one among them that is encryption of folders."""
_EFS = b"$EFS"
_PACKED = {0x80000017: "compressed", 0x80000013: "deduplicated"}
_CLOUD, _CLOUD_MASK = 0x9000001A, 0xFFFF0FFF
"""Tags in the NTFS attribute that says that a filter of Windows gives the content: of those that pack it and, but for
one digit, of cloud stores."""
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
            filesystem = None if hides_volume(_within(media, offset)) else tsk.FS_Info(image, offset=offset)
        except _TSK_ERRORS as error:
            yield _unread(media, (offset, length, what), label, notes, error)
            continue
        if filesystem is None:
            yield _unread(media, (offset, length, what), label, notes, None)
            continue
        if _is_ext(tsk, filesystem) and _holds_encrypted_folders(media, offset):
            notes.add("folders-encrypted", label or "image", "files in them have the digests of their encrypted bytes")
        rest = length - int(filesystem.info.block_count) * int(filesystem.info.block_size)
        if rest >= _REST:
            notes.add("space-outside-file-system", label or "image", f"{rest} bytes behind it, not searched")
        yield from _Walk(tsk, filesystem, label, media.size, notes).items()


def _is_ext(tsk: Any, filesystem: Any) -> bool:
    return filesystem.info.ftype in (tsk.TSK_FS_TYPE_EXT2, tsk.TSK_FS_TYPE_EXT3, tsk.TSK_FS_TYPE_EXT4)


def _holds_encrypted_folders(media: Media, offset: int) -> bool:
    """Whether an ext4 file system says that it may hold some; which files lie in them it is not asked."""
    return bool(int.from_bytes(media.read_at(offset + _EXT_FEATURES, 4), "little") & _EXT_ENCRYPT)


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
        word, why = what_it_is(_within(media, offset), error)
    except OSError as damage:
        word, why = DAMAGED, str(damage.strerror)
    notes.add(word, label or "image", f"{what}, {length} bytes: {why}; nothing of it was read")
    return Item(label or "image", length, volume=label, problem=f"{PROBLEMS[word]}: {why}")


def _within(media: Media, offset: int) -> Callable[[int, int], bytes]:
    """The media's bytes, counted from where a volume begins."""
    return lambda place, length: media.read_at(offset + place, length)


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
        streams: list[tuple[str, int, Any]] = [(path, int(meta.size), None)]
        try:
            attributes = list(entry)
            away = _away(tsk, entry, attributes)
        except _TSK_ERRORS:
            attributes, away = [], ""
        named = [one for one in attributes if one.info.type == tsk.TSK_FS_ATTR_TYPE_NTFS_DATA]
        if named:
            streams = [
                (f"{path}:{shown(one.info.name)}" if one.info.name else path, int(one.info.size), one.info)
                for one in named
            ]
        for name, size, attribute in streams:
            main = attribute is None or not attribute.name
            problem = away if main or away.startswith(FILE_ENCRYPTED) else ""
            if size > self._most:
                problem = "sparse: larger than the medium it lies on"
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


def _away(tsk: Any, entry: Any, attributes: list[Any]) -> str:
    """Why what NTFS gives as a file's bytes is not its content; empty where it is.

    Files of the Encrypting File System read as their encrypted bytes; what Windows compressed in its own way, and what
    lies in a cloud store alone, reads as zeros.
    """
    if any(one.info.name == _EFS for one in attributes):
        return f"{FILE_ENCRYPTED}: EFS"
    data = [one for one in attributes if one.info.type == tsk.TSK_FS_ATTR_TYPE_NTFS_DATA and not one.info.name]
    filters = [one.info for one in attributes if one.info.type == tsk.TSK_FS_ATTR_TYPE_NTFS_REPARSE]
    if not filters or not any(_is_hollow(tsk, one) for one in data):
        return ""
    tag = int.from_bytes(entry.read_random(0, 4, filters[0].type, filters[0].id), "little")
    if tag in _PACKED:
        return f"{FILE_PACKED}: {_PACKED[tag]}"
    return f"{FILE_ELSEWHERE}: {'a cloud store' if tag & _CLOUD_MASK == _CLOUD else 'given by a filter of Windows'}"


def _is_hollow(tsk: Any, attribute: Any) -> bool:
    """Whether no cluster of the medium holds any of it."""
    runs = list(attribute)
    return bool(runs) and all(int(run.flags) & int(tsk.TSK_FS_ATTR_RUN_FLAG_SPARSE) for run in runs)


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
