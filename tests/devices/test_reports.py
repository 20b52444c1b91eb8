"""The report says what was done with what and what came of it; a hand-over hashes the source again."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as command
from leadline.errors import IntegrityBroken, WrongUsage
from leadline.handover import hand_over, ladder
from leadline.inquiry.device_report import report_csv, report_pdf
from leadline.inquiry.findings import open_examination
from tests.devices.test_examinations import CONTENTS, device, listing, with_everything

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk

__all__ = ["device"]


@pytest.fixture
def examined(desk: Desk, device: Path, tmp_path: Path) -> str:
    with_everything(desk, tmp_path)
    return desk.examine(device, account="account 1", key_file=desk.key_file).id


def report(desk: Desk) -> dict[tuple[str, str], str]:
    rows = csv.DictReader(report_csv(open_examination(desk.workspace)).splitlines())
    return {(row["part"], row["what"]): row["value"] for row in rows}


def test_the_report_has_tools_sets_counts_and_what_looking_covers(desk: Desk, examined: str) -> None:
    found = report(desk)
    assert found["examination", "identifier"] == examined
    assert found["tool", "leadline"]
    assert len(found["set", "unit (list) as of 2019-09-01"]) == 64
    assert (found["class", "cache-opened"], found["class", "unknown"]) == ("1", "2")
    assert found["look", "groups to look at"] == "4"
    assert found["look", "groups that cover 50 % of the files to look at"] == "3"
    assert found["look", "groups that cover 100 % of the files to look at"] == "4"


def test_a_hand_over_hashes_again_and_stands_on_the_ladder(desk: Desk, device: Path, examined: str) -> None:
    step = hand_over(desk.workspace, examined, device, to="store room", by="examiner", remark="seal 7")
    assert (step.who, step.digests, step.remark) == ("store room", "equal", "seal 7")
    (device / "new.bin").write_bytes(b"new")
    with pytest.raises(IntegrityBroken, match="digests differ"):
        hand_over(desk.workspace, examined, device, to="laboratory", by="examiner")
    steps = ladder(desk.workspace, examined)
    assert [(step.who, step.digests) for step in steps] == [
        ("", ""),
        ("", "equal"),
        ("store room", "equal"),
        ("laboratory", "DIFFER"),
    ]
    assert report(desk)["custody", steps[-1].at].endswith("laboratory; DIFFER")


def test_a_hand_over_is_of_an_examination_that_is_there(desk: Desk, device: Path) -> None:
    with pytest.raises(WrongUsage, match="no examination"):
        hand_over(desk.workspace, "X-0000000000000000", device, to="a", by="b")


def test_the_pdf_is_accessible_and_the_same_each_time(desk: Desk, examined: str) -> None:
    pytest.importorskip("typst", reason="the package typst is not installed")
    first = report_pdf(open_examination(desk.workspace))
    assert first == report_pdf(open_examination(desk.workspace))
    assert first.startswith(b"%PDF-")
    assert b"pdfuaid:part" in first


def test_the_report_of_a_listing_says_no_row(desk: Desk, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the package typst is not installed")
    with_everything(desk, tmp_path)
    desk.examine(listing(tmp_path, *CONTENTS.values(), b"five"), key_file=desk.key_file)
    assert report(desk)["class", "known"] == "0"
    assert ("class", "known and near are counted in fives") in report(desk)
    assert report_pdf(open_examination(desk.workspace))


def test_the_commands_write_both_and_print_the_ladder(
    desk: Desk, device: Path, examined: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("typst", reason="the package typst is not installed")
    place = ["--workspace", str(desk.workspace)]
    words = ["handover", str(device), "--examination", examined, "--to", "store room", "--json"]
    assert command([*place, *words]) == 0
    assert [step["digests"] for step in json.loads(capsys.readouterr().out)["ladder"]] == ["", "equal", "equal"]
    assert command([*place, "report", "--out", str(tmp_path / "out"), "--json"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{examined}.csv", f"{examined}.pdf"]
    (device / "more").write_bytes(b"more")
    assert command([*place, *words]) == 4
