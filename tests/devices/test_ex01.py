"""Ex01 images are walked as E01 images are: whole and split, their stored digests checked, encrypted ones refused."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused
from leadline.stages.devices.contract import Notes
from leadline.stages.devices.run import kind_of
from tests.devices.ex01 import ENCRYPTED, HASHED, write_ex01
from tests.devices.test_images import assert_original, examined, ext4, originals

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["originals"]
pytest.importorskip("pytsk3", reason="the extra `devices` is not installed")
pytest.importorskip("pyewf", reason="the extra `devices` is not installed")


@pytest.mark.parametrize("segments", [1, 3])
def test_an_ex01_image_is_walked_and_its_stored_digests_checked(tmp_path: Path, originals: Path, segments: int) -> None:
    image = write_ex01(ext4(tmp_path, originals).read_bytes(), tmp_path / "disk.Ex01", segments=segments)
    found, notes = examined(image)
    assert_original(found)
    assert notes.found == []
    with closing(kind_of(image).open(image)) as source:
        list(source.items(Notes()))
        facts = source.facts()
    assert (facts["stored_digest"], facts["segments"], "stored_sha1" in facts) == ("equal", str(segments), True)


def test_a_missing_segment_is_refused(tmp_path: Path, originals: Path) -> None:
    image = write_ex01(ext4(tmp_path, originals).read_bytes(), tmp_path / "disk.Ex01", segments=3)
    (tmp_path / "disk.Ex02").unlink()
    with pytest.raises(InputRefused, match="segment 2 is missing"):
        examined(image)


def test_a_stored_digest_that_is_wrong_is_told(tmp_path: Path, originals: Path) -> None:
    image = write_ex01(ext4(tmp_path, originals).read_bytes(), tmp_path / "disk.Ex01", md5=bytes(range(16)))
    found, notes = examined(image)
    assert_original(found)
    assert [what for what, _, _ in notes.found] == ["stored-digest-differs"]


def test_a_chunk_that_is_damaged_is_told(tmp_path: Path, originals: Path) -> None:
    image = write_ex01(ext4(tmp_path, originals).read_bytes(), tmp_path / "disk.Ex01")
    data = bytearray(image.read_bytes())
    data[len(data) // 2] ^= 0xFF
    image.write_bytes(data)
    _, notes = examined(image)
    assert {what for what, _, _ in notes.found} & {"stored-digest-differs", "image-damaged"}


def test_an_encrypted_one_is_refused_as_such(tmp_path: Path, originals: Path) -> None:
    data = ext4(tmp_path, originals).read_bytes()
    image = write_ex01(data, tmp_path / "disk.Ex01", flags=HASHED | ENCRYPTED)
    with pytest.raises(InputRefused, match="is encrypted, and nothing of it was read"):
        examined(image)
