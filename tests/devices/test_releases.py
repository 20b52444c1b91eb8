"""Rows of a listing stay sealed until a second person, who holds the key, releases them for a case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as command
from leadline.errors import ApprovalMissing, WrongUsage
from leadline.examination import examine
from leadline.reference.hashsets.keying import SetKey, read_key
from leadline.seal.custody import verify_workspace
from leadline.withheld import release_rows
from tests.devices.desk import TIP, digests, listed
from tests.devices.test_examinations import CONTENTS, add_set, listing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk

EXAMINER, HOLDER = "examiner", "holder of the key"
OBJECTS = (b"one", b"two", b"three", b"four", b"five", b"six")


def listed_examination(desk: Desk, folder: Path, *, keyed: bool = True) -> str:
    add_set(desk, folder, b"three")
    path = listing(folder, *CONTENTS.values(), b"five", b"six")
    key_file = desk.key_file if keyed else None
    return examine(desk.workspace, path, authority="order 17", key_file=key_file, by=EXAMINER).id


def release(desk: Desk, examination: str, *, by: str = HOLDER, case: str = "C-1", key: Path | None = None) -> Path:
    return release_rows(desk.workspace, examination, read_key(key or desk.key_file), case=case, released_by=by)


def test_released_rows_are_shown_and_are_evidence(desk: Desk, tmp_path: Path) -> None:
    examination = listed_examination(desk, tmp_path)
    with pytest.raises(ApprovalMissing):
        desk.findings()
    folder = release(desk, examination)
    classes = [row["class"] for row in desk.findings().values()]
    assert (classes.count("known"), classes.count("unknown")) == (1, len(CONTENTS) + 1)
    assert desk.actions()[-1] == "device:rows:released"
    assert verify_workspace(desk.workspace).faults == ()
    target = folder / "finding.parquet"
    target.chmod(0o600)
    target.write_bytes(target.read_bytes()[:-1] + b"\x00")
    assert [fault.path for fault in verify_workspace(desk.workspace).faults] == [
        f"lake/released/{examination}/finding.parquet"
    ]


def test_whoever_examined_may_not_release(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ApprovalMissing, match="may not release"):
        release(desk, listed_examination(desk, tmp_path), by=EXAMINER)


def test_another_key_releases_nothing(desk: Desk, tmp_path: Path) -> None:
    examination = listed_examination(desk, tmp_path)
    other = tmp_path / "other.key"
    other.write_text(f"leadline-hashset-key-1 {SetKey(bytes(32)).secret.hex()}\n")
    with pytest.raises(WrongUsage, match="does not open"):
        release(desk, examination, key=other)
    with pytest.raises(ApprovalMissing):
        desk.findings()
    release(desk, examination)
    assert desk.findings()


def test_nothing_withheld_can_be_read_in_the_workspace(desk: Desk, tmp_path: Path) -> None:
    examination = listed_examination(desk, tmp_path)
    folder = desk.workspace / "lake" / examination
    assert sorted(path.name for path in folder.iterdir()) == [
        "anomaly.parquet",
        "entry.parquet",
        "examination.json",
        "frame.parquet",
        "report.csv",
        "withheld.parquet",
    ]
    assert b"finding_class" not in (folder / "withheld.parquet").read_bytes()


def test_without_the_key_at_the_examination_there_is_nothing_to_release(desk: Desk, tmp_path: Path) -> None:
    examination = listed_examination(desk, tmp_path, keyed=False)
    with pytest.raises(WrongUsage, match="withholds no rows"):
        release(desk, examination)


def test_an_inventory_held_against_sets_gives_counts_until_its_rows_are_released(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_set(desk, tmp_path, b"one")
    desk.finish_run([listed(at, f"o{at}", **digests(data)) for at, data in enumerate(OBJECTS)], [])
    words = ["--authority", "order 17", "--key-file", str(desk.key_file), "--json"]
    place = ["--workspace", str(desk.workspace)]
    assert command([*place, "examine", TIP, *words]) == 0
    counted = json.loads(capsys.readouterr().out)
    assert (counted["files"], counted["classes"]["known"], counted["classes"]["cache"]) == (len(OBJECTS), 0, 0)
    assert command([*place, "findings"]) == 5
    release(desk, counted["examination"])
    assert {name for name, row in desk.findings().items() if row["class"] == "known"} == {"o0"}
    assert command([*place, "examine", TIP, *words, "--account", "account 1"]) == 2
    assert command([*place, "examine", "T-0000000000000000", *words]) == 2


@pytest.mark.parametrize("case", ["", "  "])
def test_rows_are_released_for_a_case(desk: Desk, tmp_path: Path, case: str) -> None:
    with pytest.raises(WrongUsage, match="for a case"):
        release(desk, listed_examination(desk, tmp_path), case=case)


def test_only_an_examination_that_is_there_can_be_released(desk: Desk, tmp_path: Path) -> None:
    listed_examination(desk, tmp_path)
    for name in ("X-0000000000000000", "../keys", "X-1"):
        with pytest.raises(WrongUsage, match="no examination"):
            release(desk, name)
