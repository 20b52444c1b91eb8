"""What a volume is that cannot be walked, by its first bytes, so that it is named and never taken for an empty one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    ReadAt = Callable[[int, int], bytes]

ENCRYPTED = "volume-encrypted"
UNSUPPORTED = "volume-unsupported"
DAMAGED = "volume-damaged"
_TO_GO = (424, b"\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01")
"""BitLocker To Go: in front of it lies a FAT file system that can be read and holds nothing of the volume's files."""
_APFS = (32, b"NXSB")
_APFS_KEYS = 1304
"""Where an APFS container counts the blocks of its key bag; without one no volume in it is encrypted by APFS."""
_SIGNATURES = (
    (ENCRYPTED, "BitLocker", 3, b"-FVE-FS-"),
    (ENCRYPTED, "LUKS", 0, b"LUKS\xba\xbe"),
    (ENCRYPTED, "CoreStorage, as FileVault uses it", 88, b"CS"),
    (ENCRYPTED, "BitLocker To Go", *_TO_GO),
    (UNSUPPORTED, "APFS container", *_APFS),
    (UNSUPPORTED, "LVM physical volume", 536, b"LVM2 001"),
    (UNSUPPORTED, "member of a Linux RAID", 4096, b"\xfc\x4e\x2b\xa9"),
    (UNSUPPORTED, "XFS", 0, b"XFSB"),
    (UNSUPPORTED, "F2FS", 1024, b"\x10\x20\xf5\xf2"),
    (UNSUPPORTED, "Btrfs", 65600, b"_BHRfS_M"),
    (UNSUPPORTED, "ReFS", 3, b"ReFS\x00\x00\x00\x00"),
    (UNSUPPORTED, "Linux swap space", 4086, b"SWAPSPACE2"),
    (UNSUPPORTED, "a virtual disk (QCOW)", 0, b"QFI\xfb"),
    (UNSUPPORTED, "a virtual disk (VMDK)", 0, b"KDMV"),
    (UNSUPPORTED, "a virtual disk (VHDX)", 0, b"vhdxfile"),
    (UNSUPPORTED, "nothing but zeros where it begins", 0, b"\x00" * 4096),
)
_LONGEST = 160


def hides_volume(read_at: ReadAt) -> bool:
    """Whether an encrypted volume lies behind a file system that can be read; ``read_at`` counts from its begin."""
    try:
        return _has(read_at, *_TO_GO)
    except OSError:
        return False


def what_it_is(read_at: ReadAt, error: Exception | None) -> tuple[str, str]:
    """The anomaly's word and what the volume is; ``error`` is why it could not be walked.

    ``OSError`` from reading its first bytes passes through.
    """
    if _has(read_at, *_APFS) and any(read_at(_APFS_KEYS, 8)):
        return ENCRYPTED, "APFS container with the keys of encrypted volumes"
    for word, name, place, signature in _SIGNATURES:
        if _has(read_at, place, signature):
            return word, name
    # What looks random may be encrypted, compressed or wiped: nobody can tell, so no more is said.
    looks_random = "encrypt" in str(error).lower()
    reason = "" if looks_random or error is None else f" ({str(error).split(chr(10))[0][:_LONGEST]})"
    return UNSUPPORTED, f"not readable as any known file system{reason}"


def _has(read_at: ReadAt, place: int, signature: bytes) -> bool:
    return read_at(place, len(signature)) == signature
