"""Nobody looks at what a colleague has looked at, nobody at more than the week's budget, and the ledger is private."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as command
from leadline.errors import ApprovalMissing, Busy, Conflict
from leadline.exposure import Viewer, viewings
from leadline.inquiry.findings import open_examination, select_findings
from leadline.looking import take_up
from leadline.seal.custody import verify_workspace
from leadline.seal.log import Log
from leadline.workspace import change_setting
from tests.devices.test_examinations import CONTENTS, device, listing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk

__all__ = ["device"]
FIRST, SECOND, STRANGER = Viewer("unassigned", "first"), Viewer("unassigned", "second"), Viewer("customs", "third")
DISTINCT = len(set(CONTENTS.values()))


def test_two_people_never_take_the_same_content(desk: Desk, device: Path) -> None:
    desk.examine(device)
    mine = take_up(desk.workspace, None, viewer=FIRST, groups=2)
    theirs = take_up(desk.workspace, None, viewer=SECOND, groups=9)
    taken = [row["identity"] for row in (*mine.contents, *theirs.contents)]
    assert (len(mine.contents), len(taken), len(set(taken))) == (2, DISTINCT, DISTINCT)
    with pytest.raises(Conflict, match="by first"):
        take_up(desk.workspace, None, viewer=SECOND)
    assert verify_workspace(desk.workspace).faults == ()


def test_a_content_that_was_looked_at_on_another_device_is_passed_over(
    desk: Desk, device: Path, tmp_path: Path
) -> None:
    desk.examine(device)
    take_up(desk.workspace, None, viewer=FIRST, groups=9)
    other = tmp_path / "other"
    other.mkdir()
    for name, data in (("copy.bin", b"four"), ("new.bin", b"five")):
        (other / name).write_bytes(data)
    found = desk.examine(other)
    taken = take_up(desk.workspace, found.id, viewer=SECOND, groups=9)
    assert [row["path"] for row in taken.contents] == ["new.bin"]
    rows = desk.findings(found.id)
    assert (rows["copy.bin"]["viewed_by"], rows["copy.bin"]["viewed_under"]) == ("first", "order 17")


def test_a_reason_lets_somebody_look_again_and_it_counts_again(desk: Desk, device: Path) -> None:
    desk.examine(device)
    take_up(desk.workspace, None, viewer=FIRST, groups=9)
    with pytest.raises(Conflict):
        take_up(desk.workspace, None, viewer=FIRST, named=[1])
    take_up(desk.workspace, None, viewer=FIRST, named=[1], again="The first note was unclear.")
    known = viewings(Log.open(desk.workspace), "unassigned")
    assert [(len(one.contents), one.again) for one in known] == [(DISTINCT, ""), (1, "The first note was unclear.")]


def test_the_budget_of_a_week_ends_the_looking_and_a_new_week_begins_anew(
    desk: Desk, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_setting(desk.workspace, "exposure_weekly", "2")
    desk.examine(device)
    assert len(take_up(desk.workspace, None, viewer=FIRST, groups=9).contents) == 2
    with pytest.raises(Busy, match="budget"):
        take_up(desk.workspace, None, viewer=FIRST)
    assert take_up(desk.workspace, None, viewer=SECOND).left == 1
    monkeypatch.setattr("leadline.looking.now", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    assert take_up(desk.workspace, None, viewer=FIRST).left == 1


def test_another_agencys_viewings_are_its_own(desk: Desk, device: Path) -> None:
    done = desk.examine(device)
    take_up(desk.workspace, None, viewer=STRANGER, groups=9)
    assert len(take_up(desk.workspace, None, viewer=FIRST, groups=9).contents) == DISTINCT
    rows = select_findings(open_examination(desk.workspace, done.id), agency="customs")
    assert {row["viewed_by"] for row in rows} == {"third"}


def test_withheld_rows_of_a_listing_cannot_be_taken(desk: Desk, tmp_path: Path) -> None:
    desk.examine(listing(tmp_path, *CONTENTS.values(), b"five", b"six"))
    with pytest.raises(ApprovalMissing):
        take_up(desk.workspace, None, viewer=FIRST)


def test_the_log_names_nobody_and_no_content(desk: Desk, device: Path) -> None:
    desk.examine(device)
    taken = take_up(desk.workspace, None, viewer=Viewer("unassigned", "somebody-with-a-name"))
    log = (desk.workspace / "log/entries.jsonl").read_text()
    assert "somebody-with-a-name" not in log
    assert str(taken.contents[0]["sha256"]) not in log


def test_the_commands_keep_the_ledger_private(
    desk: Desk, device: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["--workspace", str(desk.workspace)]
    monkeypatch.setattr("leadline.inquiry.showing.os_user", lambda: "first")
    desk.examine(device)
    assert command([*place, "look", "--groups", "2"]) == 0
    assert len(list(csv.DictReader(capsys.readouterr().out.splitlines()))) == 2
    assert command([*place, "exposure", "--json"]) == 0
    (week,) = json.loads(capsys.readouterr().out)["weeks"]
    assert (week["who"], week["contents"], week["examinations"]) == ("first", 2, 1)
    monkeypatch.setattr("leadline.inquiry.showing.os_user", lambda: "second")
    assert command([*place, "exposure", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["weeks"] == []
    assert command([*place, "exposure", "--everybody"]) == 1
    assert command([*place, "set", "welfare_managers", "second"]) == 0
    capsys.readouterr()
    assert command([*place, "exposure", "--everybody", "--json"]) == 0
    assert [row["who"] for row in json.loads(capsys.readouterr().out)["weeks"]] == ["first"]
    assert desk.actions()[-1] == "rows:exposure:shown"
