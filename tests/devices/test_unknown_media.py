"""What nothing lists is named at once and given as a VICS case, which any reader of VICS takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as command
from leadline.reference.hashsets.contract import FORMATS, Tally
from leadline.stages.devices.run import kind_of
from tests.devices.desk import Desk, digests

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
VIDEO = b"\x1a\x45\xdf\xa3" + bytes(40)
FILES = {"a folder/one name.PNG": PICTURE, "again.png": PICTURE, "clip.mkv": VIDEO, "text.txt": b"text"}


@pytest.fixture
def examined(desk: Desk, tmp_path: Path) -> Desk:
    for name, data in FILES.items():
        (tmp_path / "device" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "device" / name).write_bytes(data)
    desk.examine(tmp_path / "device")
    return desk


def given(desk: Desk, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert command(["--workspace", str(desk.workspace), "findings", *words]) == 0
    return capsys.readouterr().out


def test_it_counts_pictures_and_videos_that_nothing_lists(
    desk: Desk, examined: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--workspace", str(desk.workspace), "examine", str(tmp_path / "device"), "--authority", "order 17"]
    assert command([*words, "--json"]) == 0
    answer = capsys.readouterr()
    assert json.loads(answer.out)["unknown_media"] == {"files": 3, "groups": 2}
    assert "may show unknown victims" in answer.err


def test_the_case_holds_each_content_once_with_its_copies_and_no_category(
    examined: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(given(examined, capsys, "--format", "vics"))
    assert document["@odata.context"].endswith("2.0.xml/CUSTOM/$metadata#Cases")
    media = {one["MD5"]: one for one in document["value"][0]["Media"]}
    assert set(media) == {digests(PICTURE)["md5"].upper(), digests(VIDEO)["md5"].upper()}
    assert {one["Category"] for one in media.values()} == {None}
    picture = media[digests(PICTURE)["md5"].upper()]
    assert [one["FileName"] for one in picture["MediaFiles"]] == ["entry-0.png", "entry-3.png"]
    assert picture["AlternativeHashes"][0] == {"HashName": "SHA256", "HashValue": digests(PICTURE)["sha256"].upper()}


def test_names_are_given_only_where_they_are_asked_for(examined: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert "one name" not in given(examined, capsys, "--format", "vics")
    assert "one name.PNG" in given(examined, capsys, "--format", "vics", "--with-names")


def test_the_case_is_read_back_as_a_set_and_as_a_listing(
    examined: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "unknown.json"
    path.write_text(given(examined, capsys, "--format", "vics"))
    tally = Tally()
    records = list(FORMATS.get("vics").read(path, tally))
    assert {record.sha256 for record in records} == {digests(PICTURE)["sha256"], digests(VIDEO)["sha256"]}
    assert (tally.refused, {record.category.code for record in records}) == ({}, {""})
    assert kind_of(path).name == "vics-case"


def test_findings_of_one_class_alone(examined: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(given(examined, capsys, "--class", "unknown", "--format", "jsonl").splitlines()) == len(FILES)
    assert given(examined, capsys, "--class", "known", "--format", "jsonl") == ""


def test_a_device_without_any_gives_a_case_without_media(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / "x").write_bytes(b"x")
    desk.examine(tmp_path / "device")
    assert json.loads(given(desk, capsys, "--format", "vics"))["value"][0]["Media"] == []
