"""What a device holds and could not be read is counted and listed with its reason, and never passes for nothing."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as command
from leadline.inquiry.device_report import report_csv
from leadline.inquiry.findings import open_examination
from tests.devices.test_images import assert_unread, blank, call, examined, ext4, ntfs, originals, tool, vfat

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk

__all__ = ["originals"]
pytest.importorskip("pytsk3", reason="the extra `devices` is not installed")
CLOUD, PACKED = 0x9000301A, 0x80000017


@pytest.mark.parametrize(
    ("place", "signature", "what"),
    [
        (536, b"LVM2 001", "LVM physical volume"),
        (4096, b"\xfc\x4e\x2b\xa9", "member of a Linux RAID"),
        (0, b"XFSB", "XFS"),
        (1024, b"\x10\x20\xf5\xf2", "F2FS"),
        (65600, b"_BHRfS_M", "Btrfs"),
        (3, b"ReFS\x00\x00\x00\x00", "ReFS"),
        (0, b"QFI\xfb", "a virtual disk (QCOW)"),
    ],
)
def test_what_the_sleuth_kit_does_not_read_is_named(tmp_path: Path, place: int, signature: bytes, what: str) -> None:
    image = tmp_path / "disk.dd"
    image.write_bytes(b"\x02" * place + signature + b"\x02" * (1 << 20))
    assert_unread(image, "volume-unsupported", what)


def with_attribute(image: Path, folder: Path, name: str, number: str, content: bytes, *more: str) -> None:
    """Give a file of an NTFS image one more attribute."""
    written = folder / "attribute"
    written.write_bytes(content)
    call(tool("ntfscp"), "-f", "-q", "-a", number, *more, image, written, name)


def with_size(image: Path, name: str, size: int) -> None:
    """Make a file of an NTFS image longer without giving it clusters."""
    import pytsk3

    number = pytsk3.FS_Info(pytsk3.Img_Info(str(image))).open(f"/{name}").info.meta.addr
    call(tool("ntfstruncate"), "-f", "-q", image, number, size)


def test_a_file_that_windows_encrypted_is_unreadable_with_all_its_streams(tmp_path: Path, originals: Path) -> None:
    image = ntfs(tmp_path, originals)
    with_attribute(image, tmp_path, "three.txt", "0x100", b"keys", "-N", "$EFS")
    found, _ = examined(image)
    assert {name: one.problem for name, one in found.items() if name.startswith(("one", "three"))} == {
        "one.bin": "",
        "three.txt": "file: encrypted: EFS",
        "three.txt:second": "file: encrypted: EFS",
    }


@pytest.mark.parametrize(
    ("tag", "problem"),
    [(CLOUD, "file: its content is kept elsewhere: a cloud store"), (PACKED, "file: packed by Windows: compressed")],
)
def test_a_file_whose_clusters_are_not_there_is_not_taken_for_zeros(
    tmp_path: Path, originals: Path, tag: int, problem: str
) -> None:
    image = ntfs(tmp_path, originals)
    (tmp_path / "nothing").write_bytes(b"")
    call(tool("ntfscp"), "-f", "-q", image, tmp_path / "nothing", "away.bin")
    for name in ("away.bin", "one.bin"):
        with_attribute(image, tmp_path, name, "0xC0", tag.to_bytes(4, "little") + bytes(4))
    with_size(image, "away.bin", 100_000)
    found, _ = examined(image)
    assert (found["away.bin"].problem, found["one.bin"].problem) == (problem, "")
    assert found["away.bin"].digest is None


def test_a_file_system_with_encrypted_folders_is_told(tmp_path: Path, originals: Path) -> None:
    image = blank(tmp_path / "ext4.dd", 8 << 20)
    call(tool("mkfs.ext4"), "-q", "-F", "-O", "encrypt", "-d", originals, image)
    assert [what for what, _, _ in examined(image)[1].found] == ["folders-encrypted"]
    assert examined(ext4(tmp_path, originals))[1].found == []


def test_the_counts_the_report_and_the_words_say_what_was_not_read(
    desk: Desk, tmp_path: Path, originals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = vfat(tmp_path, originals)
    data = bytearray(image.read_bytes())
    data[424:440] = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
    image.write_bytes(data)
    place = ["--workspace", str(desk.workspace)]
    assert command([*place, "examine", str(image), "--authority", "order 17"]) == 0
    told, view = capsys.readouterr(), open_examination(desk.workspace)
    reason = "volume: encrypted: BitLocker To Go"
    assert f"not read: {reason} (1; {len(data):,} bytes)" in told.out
    assert "Have them opened with their key" in told.err
    assert view.record["not_read"] == [{"reason": reason, "entries": 1, "bytes": len(data)}]
    assert view.record["classes"] == {**dict.fromkeys(view.record["classes"], 0), "unreadable": 1}
    rows = [row for row in csv.DictReader(report_csv(view).splitlines()) if row["part"] == "not read"]
    assert [row["what"] for row in rows] == [reason, "next step 1"]


def test_a_folder_that_cannot_be_opened_is_counted_and_listed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "device" / "shut").mkdir(parents=True)
    (tmp_path / "device" / "one.bin").write_bytes(b"one")
    whole = os.listdir

    def listed(path: bytes) -> list[bytes]:
        if os.fsencode(path).endswith(b"shut/"):
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr(os, "listdir", listed)
    done = desk.examine(tmp_path / "device")
    assert done.record["not_read"] == [{"reason": "folder: cannot be opened", "entries": 1, "bytes": 0}]
    assert command(["--workspace", str(desk.workspace), "findings", "--anomalies"]) == 0
    assert list(csv.DictReader(capsys.readouterr().out.splitlines())) == [
        {"what": "folder-unreadable", "place": "shut/", "detail": "Permission denied"}
    ]
    assert desk.actions()[-1] == "rows:findings:shown"
