"""On PostgreSQL the database is a second wall: whoever forgets the first sees nothing. The audit holds there too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.database_role import role_finding
from leadline.casefile.proof import verify_audit
from tests.casefile.desk import Desk, make_desk
from tests.casefile.server import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

psycopg = pytest.importorskip("psycopg")

_CAST = """
from leadline.casefile.actions.agencies import add_team, found_agency
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.sealing import seal_all
for code in ("police", "customs"):
    admin = found_agency(code=code, name=code, kind="other", admin="admin", password="horse-battery-1")
    add_team("Team of " + code, actor=admin)
    for number in range(120):
        record_reading(admin, "lead:page:read", "", {"number": number})
    print(admin.agency_id)
seal_all()
"""
_NEW_TEAM = "insert into casefile_team (id, created_at, name, agency_id) values ('G-1', now(), 'x', '{}')"


@pytest.fixture(scope="module")
def folder() -> Iterator[str]:
    with postgresql() as socket:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}", autocommit=True) as base:
            base.execute("create role leadline login")
            base.execute("create database leadline owner leadline")
        yield socket


@pytest.fixture(scope="module")
def desk(folder: str, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    url = f"postgresql://leadline@/leadline?host={folder}"
    return make_desk(tmp_path_factory.mktemp("desk"), {**os.environ, "LEADLINE_DATABASE": url})


@pytest.fixture(scope="module")
def agencies(desk: Desk) -> list[str]:
    return desk.do(_CAST).split()


def _ask(folder: str, sql: str, agency: str = "", role: str = "leadline") -> list[tuple[object, ...]]:
    with psycopg.connect(f"postgresql://{role}@/leadline?host={folder}") as base:
        base.execute("select set_config('leadline.agency', %s, false)", [agency])
        cursor = base.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_whoever_stands_nowhere_sees_no_row(folder: str, agencies: list[str]) -> None:
    for table in ("casefile_team", "casefile_auditevent", "casefile_audithead", "casefile_lead", "casefile_job"):
        assert _ask(folder, f"select * from {table}") == []


def test_whoever_stands_in_an_agency_sees_its_rows_alone(folder: str, agencies: list[str]) -> None:
    for agency in agencies:
        rows = _ask(folder, "select distinct agency_id from casefile_auditevent", agency)
        assert rows == [(agency,)]


def test_nobody_writes_or_changes_a_row_of_another_agency(folder: str, agencies: list[str]) -> None:
    mine, theirs = agencies
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _ask(folder, _NEW_TEAM.format(theirs), mine)
    _ask(folder, f"update casefile_team set name = 'x' where agency_id = '{theirs}'", mine)
    assert _ask(folder, "select name from casefile_team", theirs) == [("Team of customs",)]


def test_every_table_with_an_agency_has_the_wall(folder: str, agencies: list[str]) -> None:
    sql = (
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'agency_id'"
        " where c.relkind = 'r' and c.relname like 'casefile_%' and not (c.relrowsecurity and c.relforcerowsecurity)"
    )
    assert _ask(folder, sql) == [("casefile_member",)]


def test_a_changed_audit_row_is_named_there_too(
    desk: Desk, folder: str, agencies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_DATABASE", desk.environment["LEADLINE_DATABASE"])
    verdict = verify_audit(desk.workspace)
    assert (verdict.rows, verdict.sealed, verdict.faults) == (244, 244, ())
    change = "update casefile_auditevent set actor = 'M-0' where seq = 7 and agency_id = '{}' returning id"
    ((name,),) = _ask(folder, change.format(agencies[1]), role="postgres")
    assert f"audit/{name}" in [fault.path for fault in verify_audit(desk.workspace).faults]


def test_the_doctor_warns_of_a_role_that_the_second_wall_does_not_bind(
    desk: Desk, folder: str, agencies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True) as base:
        base.execute("create role passing login bypassrls")
    said = {}
    for role in ("leadline", "postgres", "passing", "nobody"):
        monkeypatch.setenv("LEADLINE_DATABASE", f"postgresql://{role}@/leadline?host={folder}")
        said[role] = role_finding(desk.workspace)
    assert {role: state for role, (state, _) in said.items()} == {
        "leadline": "ok", "postgres": "unsafe", "passing": "unsafe", "nobody": "missing"
    }  # fmt: skip
    assert "is a superuser" in said["postgres"][1]
    assert "bypasses row-level security" in said["passing"][1]
