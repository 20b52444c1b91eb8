"""The audit holds: rows are sealed in the log, a crash loses none, and whatever is changed behind our back is named."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.proof import verify_audit
from leadline.cli.main import run
from leadline.seal.audit_rows import SEALED
from leadline.seal.log import Log
from tests.casefile.desk import Desk, make_desk

if TYPE_CHECKING:
    from pathlib import Path

_FOUND = """
from leadline.casefile.actions.agencies import found_agency
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.sealing import seal_all
admin = found_agency(code="police", name="Training police", kind="police", admin="admin", password="horse-battery-1")
"""
_READ = "for number in range(int(sys.argv[2])): record_reading(admin, 'lead:page:read', '', {'number': number})\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with 131 audit rows: 130 sealed in two batches, and one that waits."""
    desk = make_desk(tmp_path_factory.mktemp("desk"), dict(os.environ))
    program = _FOUND + _READ + "seal_all()\nrecord_reading(admin, 'lead:page:read', '', {'number': -1})"
    desk.do(program, "129")
    return desk


def _copy(desk: Desk, folder: Path) -> Path:
    """The workspace with a copy of the database, whole in one file."""
    import shutil

    target = folder / "workspace"
    shutil.copytree(desk.workspace, target)
    with sqlite3.connect(target / "desk/casefile.sqlite3") as base:
        base.execute("pragma journal_mode=delete")
    return target


def _change(workspace: Path, sql: str) -> None:
    with sqlite3.connect(workspace / "desk/casefile.sqlite3") as base:
        assert base.execute(sql).rowcount != 0
    base.close()


def _row(desk: Desk, place: int) -> str:
    with sqlite3.connect(desk.database) as base:
        ((name,),) = base.execute("select id from casefile_auditevent where seq = ?", (place,))
    base.close()
    return str(name)


def test_a_hundred_rows_are_sealed_without_being_asked(desk: Desk) -> None:
    batches = [entry.numbers for entry in Log.open(desk.workspace).entries() if entry.action == SEALED]
    assert batches == [{"first": 1, "last": 100}, {"first": 101, "last": 130}]


def test_the_log_learns_nothing_but_digests(desk: Desk) -> None:
    for path in (desk.workspace / "log").rglob("*"):
        assert not path.is_file() or b"lead:page:read" not in path.read_bytes()


def test_everything_is_as_it_was_written(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = verify_audit(desk.workspace)
    assert (verdict.rows, verdict.sealed, verdict.faults) == (131, 130, ())
    assert run(["--workspace", str(desk.workspace), "verify", "--json"]) == 0
    assert '"audit_rows": 131' in capsys.readouterr().out


@pytest.mark.parametrize("place", [1, 100, 101, 130, 131])
@pytest.mark.parametrize(
    "change",
    [
        "actor = 'M-00000000000000000000'",
        "at = '2020-01-01T00:00:00.000000Z'",
        "action = 'lead:page:seen'",
        "thing = 'L-0'",
        "detail = '{}x'",
        "salt = salt || '0'",
        "mac = substr(mac, 2) || '0'",
        "id = id || 'x'",
    ],
)
def test_a_changed_row_is_named(desk: Desk, tmp_path: Path, place: int, change: str) -> None:
    workspace = _copy(desk, tmp_path)
    _change(workspace, f"update casefile_auditevent set {change} where seq = {place}")
    name = _row(desk, place) + ("x" if change.startswith("id") else "")
    assert f"audit/{name}" in [fault.path for fault in verify_audit(workspace).faults]


def test_verify_exits_with_4_and_names_the_row(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = _copy(desk, tmp_path)
    _change(workspace, "update casefile_auditevent set actor = 'M-0' where seq = 7")
    assert run(["--workspace", str(workspace), "verify"]) == 4
    assert _row(desk, 7) in capsys.readouterr().out


@pytest.mark.parametrize("place", [1, 50, 130, 131])
def test_a_row_taken_out_is_missed(desk: Desk, tmp_path: Path, place: int) -> None:
    workspace = _copy(desk, tmp_path)
    _change(workspace, f"delete from casefile_auditevent where seq = {place}")
    assert verify_audit(workspace).faults


def test_rows_cut_off_with_their_chain_set_back_are_missed(desk: Desk, tmp_path: Path) -> None:
    workspace = _copy(desk, tmp_path)
    _change(workspace, "delete from casefile_auditevent where seq > 120")
    _change(
        workspace,
        "update casefile_audithead set seq = 120, sealed = 120,"
        " mac = (select mac from casefile_auditevent where seq = 120)",
    )
    assert "121 to 130" in verify_audit(workspace).faults[0].problem


def test_rows_that_change_places_are_named(desk: Desk, tmp_path: Path) -> None:
    workspace = _copy(desk, tmp_path)
    for place, other in ((5, 1005), (6, 5), (1005, 6)):
        _change(workspace, f"update casefile_auditevent set seq = {other} where seq = {place}")
    named = {fault.path for fault in verify_audit(workspace).faults}
    assert named >= {f"audit/{_row(desk, 5)}", f"audit/{_row(desk, 6)}"}


def test_a_row_put_in_is_named(desk: Desk, tmp_path: Path) -> None:
    workspace = _copy(desk, tmp_path)
    _change(
        workspace,
        "insert into casefile_auditevent (id, agency_id, seq, at, actor, action, thing, detail, salt, mac)"
        " select 'B-x', agency_id, 132, at, actor, action, thing, detail, salt, mac"
        " from casefile_auditevent where seq = 131",
    )
    assert "audit/B-x" in [fault.path for fault in verify_audit(workspace).faults]


def test_a_database_that_is_gone_is_a_fault(desk: Desk, tmp_path: Path) -> None:
    workspace = _copy(desk, tmp_path)
    (workspace / "desk/casefile.sqlite3").unlink()
    assert verify_audit(workspace).faults


def test_a_changed_row_that_waits_is_not_sealed(desk: Desk, tmp_path: Path) -> None:
    workspace = _copy(desk, tmp_path)
    _change(workspace, "update casefile_auditevent set detail = '{}' where seq = 131")
    before = (workspace / "log/entries.jsonl").read_bytes()
    program = (
        "from leadline.casefile.sealing import seal_all\nfrom leadline.errors import IntegrityBroken\n"
        "try:\n    seal_all()\nexcept IntegrityBroken as error:\n    print(error)\n"
    )
    assert _row(desk, 131) in Desk(workspace, desk.environment).do(program)
    assert (workspace / "log/entries.jsonl").read_bytes() == before


@pytest.mark.parametrize("point", ["append_all", "_note"])
def test_who_dies_between_the_database_and_the_log_loses_nothing(desk: Desk, tmp_path: Path, point: str) -> None:
    workspace = _copy(desk, tmp_path)
    dying = (
        "from leadline.casefile import sealing\nfrom leadline.seal.log import Log\n"
        f"owner = Log if {point!r} == 'append_all' else sealing\n"
        f"setattr(owner, {point!r}, lambda *a, **k: os._exit(9))\n"
        "sealing.seal_all()\n"
    )
    process = Desk(workspace, desk.environment).start(dying)
    process.communicate(timeout=60)
    assert process.returncode == 9
    Desk(workspace, desk.environment).do("from leadline.casefile.sealing import seal_all\nprint(seal_all())")
    verdict = verify_audit(workspace)
    assert (verdict.rows, verdict.sealed, verdict.faults) == (131, 131, ())
    batches = [entry.numbers["first"] for entry in Log.open(workspace).entries() if entry.action == SEALED]
    assert batches == [1, 101, 131]


_PASSED_OVER = """
import sqlite3
from django.db import connection
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.reading import colleague
from leadline.errors import Busy
admin = colleague("admin@police")
connection.close()
connection.settings_dict["OPTIONS"]["timeout"] = 0
other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
other.execute("begin immediate")
try:
    record_reading(admin, "lead:page:read")
except Busy as error:
    print(error.exit_code)
other.rollback()
"""


def test_a_writer_that_is_never_let_in_is_told_to_try_again_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    own = Desk(_copy(desk, tmp_path), desk.environment)
    assert own.do(_PASSED_OVER) == "75\n"
    verdict = verify_audit(own.workspace)
    assert (verdict.rows, verdict.faults) == (131, ())
