"""Disk images are walked whole, and their files hash as the originals did; what cannot be read is said plainly."""

from __future__ import annotations

import os
import shutil
import subprocess
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


@pytest.mark.parametrize(
    ("signature", "at", "what"),
    [(b"LUKS\xba\xbe", 0, "LUKS"), (b"\xeb\x58\x90-FVE-FS-", 0, "BitLocker"), (b"NXSB", 32, "APFS")],
)
def test_a_volume_that_cannot_be_read_is_called_what_it_is(
    tmp_path: Path, signature: bytes, at: int, what: str
) -> None:
    image = tmp_path / "disk.dd"
    image.write_bytes(b"\x01" * at + signature + b"\x02" * (1 << 20))
    found, notes = examined(image)
    assert found == {}
    assert [(word.split("-")[0], what in detail) for word, _, detail in notes.found] == [("volume", True)]


def test_an_expert_witness_image_is_walked_and_its_stored_digest_checked(tmp_path: Path, originals: Path) -> None:
    maker = tool("ewfacquire")
    image = ext4(tmp_path, originals)
    options = ["-u", "-t", tmp_path / "disk", "-c", "deflate:fast", "-S", "1MiB", "-d", "sha1"]
    call(maker, *options, image)
    found, notes = examined(tmp_path / "disk.E01")
    assert_original(found)
    assert "stored-digest-differs" not in {what for what, _, _ in notes.found}


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
