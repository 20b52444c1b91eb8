"""Disk images are walked whole, and their files hash as the originals did; what cannot be read is said plainly."""

from __future__ import annotations

import os
import shutil
import subprocess
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused
from leadline.stages.devices.contract import Item, Notes
from leadline.stages.devices.hashing import Hashed, hash_items
from leadline.stages.devices.run import kind_of
from tests.devices.desk import digests

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pytsk3", reason="the extra `devices` is not installed")
pytest.importorskip("pyewf", reason="the extra `devices` is not installed")

FILES = {"one.bin": b"one" * 1000, "folder/two.bin": os.urandom(300_000), "folder/empty.bin": b"", "three.txt": b"3"}
SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def tool(name: str) -> str:
    """The tool's path; the test is skipped, and says so, where the tool is missing."""
    found = shutil.which(name, path=SBIN)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def call(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=60)


def examined(path: Path) -> tuple[dict[str, Hashed], Notes]:
    notes = Notes()
    with closing(kind_of(path).open(path)) as source:
        before = source.proof()
        found = {one.item.path: one for one in hash_items(source.items(notes), parallel=False)}
        assert source.proof() == before
    return found, notes


def assert_original(found: dict[str, Hashed], prefix: str = "") -> None:
    for name, data in FILES.items():
        one = found[f"{prefix}{name}"]
        assert one.digest is not None, one.problem
        assert {"md5": one.digest.md5, "sha1": one.digest.sha1, "sha256": one.digest.sha256} == digests(data)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("originals")
    for name, data in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data)
    return root


def blank(path: Path, size: int) -> Path:
    with path.open("wb") as stream:
        stream.truncate(size)
    return path


def ext4(folder: Path, originals: Path) -> Path:
    image = blank(folder / "ext4.dd", 8 << 20)
    call(tool("mkfs.ext4"), "-q", "-F", "-d", originals, image)
    return image


def vfat(folder: Path, originals: Path, size: int = 8 << 20) -> Path:
    maker, copier = tool("mkfs.vfat"), tool("mcopy")
    image = blank(folder / "vfat.dd", size)
    call(maker, image)
    call(copier, "-s", "-i", image, *sorted(originals.iterdir()), "::/")
    return image


def ntfs(folder: Path, originals: Path) -> Path:
    maker, copier = tool("mkfs.ntfs"), tool("ntfscp")
    image = blank(folder / "ntfs.dd", 16 << 20)
    call(maker, "-F", "-q", "-Q", image)
    for name in ("one.bin", "three.txt"):
        call(copier, "-f", image, originals / name, name)
    call(copier, "-f", "-N", "second", image, originals / "one.bin", "three.txt")
    return image


def test_ext4_hashes_as_the_originals(tmp_path: Path, originals: Path) -> None:
    assert_original(examined(ext4(tmp_path, originals))[0])


def test_fat_hashes_as_the_originals(tmp_path: Path, originals: Path) -> None:
    assert_original(examined(vfat(tmp_path, originals))[0])


def test_ntfs_hashes_as_the_originals_and_shows_named_streams(tmp_path: Path, originals: Path) -> None:
    found, _ = examined(ntfs(tmp_path, originals))
    for path, name in (("one.bin", "one.bin"), ("three.txt", "three.txt"), ("three.txt:second", "one.bin")):
        digest = found[path].digest
        assert digest is not None
        assert digest.sha256 == digests(FILES[name])["sha256"]


def test_a_split_image_is_read_across_its_segments_and_a_missing_one_is_named(tmp_path: Path, originals: Path) -> None:
    data = ext4(tmp_path, originals).read_bytes()
    third = len(data) // 3 + 17
    for at in range(3):
        (tmp_path / f"split.{at + 1:03}").write_bytes(data[at * third : (at + 1) * third])
    assert_original(examined(tmp_path / "split.001")[0])
    with pytest.raises(InputRefused, match="not the first segment"):
        examined(tmp_path / "split.002")
    (tmp_path / "split.002").unlink()
    with pytest.raises(InputRefused, match="segment 002 is missing"):
        examined(tmp_path / "split.001")


def test_every_partition_is_walked_and_space_between_them_is_said(tmp_path: Path, originals: Path) -> None:
    first, second = ext4(tmp_path, originals).read_bytes(), vfat(tmp_path, originals).read_bytes()
    table = bytearray(512)
    start = 2048
    for at, (kind, part) in enumerate(((0x83, first), (0x0C, second))):
        entry = (
            bytes([0, 0, 0, 0, kind, 0, 0, 0]) + start.to_bytes(4, "little") + (len(part) // 512).to_bytes(4, "little")
        )
        table[446 + 16 * at : 462 + 16 * at] = entry
        start += len(part) // 512
    table[510:512] = b"\x55\xaa"
    image = tmp_path / "disk.raw"
    image.write_bytes(bytes(table) + b"\x00" * 511 * 2048 + b"\x00" * (2048 * 512 - 512 - 511 * 2048) + first + second)
    found, notes = examined(image)
    assert_original(found, "vol0/")
    assert_original(found, "vol1/")
    assert "space-outside-volumes" in {what for what, _, _ in notes.found}


def test_a_deleted_file_is_named_and_marked(tmp_path: Path, originals: Path) -> None:
    remover = tool("mdel")
    image = vfat(tmp_path, originals)
    call(remover, "-i", image, "::/one.bin")
    found, _ = examined(image)
    deleted = [one for one in found.values() if one.item.deleted]
    assert [one.item.path[1:] for one in deleted] == ["ne.bin"] or [one.item.path for one in deleted] == ["one.bin"]
    assert deleted[0].digest is not None
    assert deleted[0].digest.sha256 == digests(FILES["one.bin"])["sha256"]


def exfat(folder: Path, originals: Path) -> Path:
    """Nothing of Debian's copies into an exFAT image without mounting it: the entries are written here, by the book."""
    image = blank(folder / "exfat.dd", 4 << 20)
    call(tool("mkfs.exfat"), image)
    data = bytearray(image.read_bytes())
    sector, cluster = 1 << data[108], 1 << data[108] << data[109]
    heap, root = (int.from_bytes(data[at : at + 4], "little") for at in (88, 96))

    def place(number: int) -> int:
        return heap * sector + (number - 2) * cluster

    free, at, bitmap = 64, place(root), 0
    while data[at]:
        bitmap = place(int.from_bytes(data[at + 20 : at + 24], "little")) if data[at] == 0x81 else bitmap
        at += 32
    for name in ("one.bin", "three.txt"):
        content = (originals / name).read_bytes()
        count = -(-len(content) // cluster)
        entry = entry_set(name, len(content), free)
        data[at : at + len(entry)] = entry
        data[place(free) : place(free) + len(content)] = content
        for used in range(free - 2, free - 2 + count):
            data[bitmap + used // 8] |= 1 << used % 8
        free, at = free + count, at + len(entry)
    image.write_bytes(data)
    return image


def entry_set(name: str, size: int, cluster: int) -> bytes:
    """The three directory entries of a file whose clusters follow one another."""
    moment = (39 << 25 | 9 << 21 | 20 << 16).to_bytes(4, "little")
    first = b"\x85\x02\x00\x00\x20\x00\x00\x00" + 3 * moment + bytes(12)
    hashed = summed(name.upper().encode("utf-16-le")).to_bytes(2, "little")
    extent = b"\xc0\x03\x00" + bytes([len(name)]) + hashed + bytes(2) + size.to_bytes(8, "little") + bytes(4)
    extent += cluster.to_bytes(4, "little") + size.to_bytes(8, "little")
    named = b"\xc1\x00" + name.encode("utf-16-le").ljust(30, b"\x00")
    whole = first + extent + named
    return whole[:2] + summed(whole[:2] + whole[4:]).to_bytes(2, "little") + whole[4:]


def summed(data: bytes) -> int:
    """The checksum that exFAT uses for names and for sets of entries."""
    total = 0
    for byte in data:
        total = ((total << 15 | total >> 1) + byte) & 0xFFFF
    return total


def test_exfat_hashes_as_the_originals(tmp_path: Path, originals: Path) -> None:
    found, _ = examined(exfat(tmp_path, originals))
    for name in ("one.bin", "three.txt"):
        digest = found[name].digest
        assert digest is not None, found[name].problem
        assert digest.sha256 == digests(FILES[name])["sha256"]


def test_hfs_plus_hashes_as_the_originals(tmp_path: Path, originals: Path) -> None:
    disc = tmp_path / "disc.iso"
    call(tool("xorriso"), "-as", "mkisofs", "-hfsplus", "-apm-block-size", "2048", "-o", disc, originals)
    data = disc.read_bytes()
    (part,) = [data[at : at + 80] for at in range(2048, 16384, 2048) if data[at + 48 : at + 57] == b"Apple_HFS"]
    start, count = (int.from_bytes(part[at : at + 4], "big") * 2048 for at in (8, 12))
    image = tmp_path / "hfs.dd"
    image.write_bytes(data[start : start + count])
    assert_original(examined(image)[0])


def assert_unread(image: Path, word: str, what: str) -> None:
    """One entry that is no file, unreadable and named, and one anomaly."""
    found, notes = examined(image)
    ((path, one),) = found.items()
    assert (path, one.digest) == ("image", None)
    assert what in one.problem
    assert [(told, what in detail) for told, _, detail in notes.found] == [(word, True)]


@pytest.mark.parametrize(
    ("begin", "word", "what"),
    [
        (b"LUKS\xba\xbe", "volume-encrypted", "LUKS"),
        (b"\xeb\x58\x90-FVE-FS-", "volume-encrypted", "BitLocker"),
        (bytes(32) + b"NXSB" + bytes(2000), "volume-unsupported", "APFS container"),
        (bytes(32) + b"NXSB" + bytes(1268) + b"\x01" + bytes(700), "volume-encrypted", "keys of encrypted volumes"),
        (bytes(4096), "volume-unsupported", "zeros"),
    ],
)
def test_a_volume_that_cannot_be_read_is_called_what_it_is(tmp_path: Path, begin: bytes, word: str, what: str) -> None:
    image = tmp_path / "disk.dd"
    image.write_bytes(begin + b"\x02" * (1 << 20))
    assert_unread(image, word, what)


def test_a_volume_of_cryptsetup_is_called_encrypted(tmp_path: Path) -> None:
    image = blank(tmp_path / "luks.dd", 32 << 20)
    words = ["luksFormat", "-q", "--type", "luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", image, "-"]
    subprocess.run([tool("cryptsetup"), *words], check=True, capture_output=True, input=b"secret", timeout=60)
    assert_unread(image, "volume-encrypted", "LUKS")


def test_bitlocker_to_go_is_encrypted_though_a_readable_file_system_lies_in_front(
    tmp_path: Path, originals: Path
) -> None:
    image = vfat(tmp_path, originals)
    data = bytearray(image.read_bytes())
    data[424:440] = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
    image.write_bytes(data)
    assert_unread(image, "volume-encrypted", "BitLocker To Go")


def test_what_looks_random_is_said_to_be_unreadable_and_nothing_else(tmp_path: Path) -> None:
    image = tmp_path / "disk.dd"
    image.write_bytes(os.urandom(4 << 20))
    assert_unread(image, "volume-unsupported", "not readable as any known file system")
    _, notes = examined(image)
    assert "ncrypt" not in str(notes.found)


def test_space_behind_a_file_system_is_told(tmp_path: Path, originals: Path) -> None:
    image = ext4(tmp_path, originals)
    assert examined(image)[1].found == []
    with image.open("ab") as stream:
        stream.write(b"x" * (2 << 20))
    assert ("space-outside-file-system", "image", f"{2 << 20} bytes behind it, not searched") in examined(image)[
        1
    ].found


def expert_witness(folder: Path, originals: Path, *words: str) -> Path:
    image = ext4(folder, originals)
    call(tool("ewfacquire"), "-u", "-t", folder / "disk", "-d", "sha1", *words, image)
    return folder / "disk.E01"


@pytest.mark.parametrize("words", [("-c", "deflate:fast"), ("-c", "none", "-S", "1MiB")], ids=["whole", "split"])
def test_an_expert_witness_image_is_walked_and_its_stored_digests_checked(
    tmp_path: Path, originals: Path, words: tuple[str, ...]
) -> None:
    image = expert_witness(tmp_path, originals, *words)
    assert (tmp_path / "disk.E02").exists() == ("-S" in words)
    found, notes = examined(image)
    assert_original(found)
    assert notes.found == []
    with closing(kind_of(image).open(image)) as source:
        list(source.items(Notes()))
        assert source.facts()["stored_digest"] == "equal"


def test_an_expert_witness_image_whose_last_segment_is_missing_is_refused(tmp_path: Path, originals: Path) -> None:
    image = expert_witness(tmp_path, originals, "-c", "none", "-S", "1MiB")
    last = max(tmp_path.glob("disk.E*"))
    last.unlink()
    with pytest.raises(InputRefused, match=f"segment {last.name[-1]} is missing"):
        examined(image)


def test_a_stored_digest_that_is_wrong_is_told_and_the_files_are_still_read(tmp_path: Path, originals: Path) -> None:
    image = expert_witness(tmp_path, originals, "-c", "none")
    data = bytearray(image.read_bytes())
    at = section(data, b"hash")
    data[at + 76] ^= 0xFF
    data[at + 76 + 32 : at + 76 + 36] = zlib.adler32(data[at + 76 : at + 76 + 32]).to_bytes(4, "little")
    image.write_bytes(data)
    found, notes = examined(image)
    assert_original(found)
    assert [what for what, _, _ in notes.found] == ["stored-digest-differs"]


def section(data: bytes, name: bytes) -> int:
    """Where a section of an Expert Witness file begins: a chain of headers of 76 bytes, after 13 bytes."""
    at = 13
    while not data[at:].startswith(name + b"\x00"):
        at = int.from_bytes(data[at + 16 : at + 24], "little")
    return at


def test_the_published_images_have_the_published_digests(samples: Path) -> None:
    found, notes = examined(samples / "disk" / "dfvfs_ext2.E01")
    assert {path: one.digest.md5 for path, one in found.items() if one.digest} == {
        "passwords.txt": "39cb097008d17660abd0539891a672af",
        "a_directory/a_file": "85bebf486af24792085f769afa46717d",
        "a_directory/another_file": "d54ff73404ed6041a3bd66850b061bff",
    }
    assert ("link", "a_link", "not followed") in notes.found
    assert kind_of(samples / "disk" / "plaso_image.E01").name == "image"
    assert examined(samples / "disk" / "plaso_image.E01")[0]


def test_a_damaged_image_gives_findings_or_a_refusal_and_no_crash(samples: Path, tmp_path: Path) -> None:
    data = (samples / "disk" / "dfvfs_ext2.E01").read_bytes()
    said = set()
    for at in range(0, len(data), 97):
        path = tmp_path / "damaged.E01"
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            _, notes = examined(path)
        except InputRefused:
            said.add("refused")
        else:
            said |= {what for what, _, _ in notes.found}
    assert {"refused", "image-damaged"} & said
    assert {"stored-digest-differs", "image-damaged"} & said


def test_a_damaged_file_system_gives_findings_and_no_crash(tmp_path: Path, originals: Path) -> None:
    image = ext4(tmp_path, originals)
    data = image.read_bytes()
    used = [at for at in range(1024, 600_000, 509) if any(data[at : at + 64])]
    for at in used[::7]:
        image.write_bytes(data[:at] + bytes(byte ^ 0x5A for byte in data[at : at + 64]) + data[at + 64 :])
        found, _ = examined(image)
        assert all(isinstance(one.item, Item) for one in found.values())
