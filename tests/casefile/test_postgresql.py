"""On PostgreSQL the database is a second wall: whoever forgets the first sees nothing. The audit holds there too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from leadline.casefile.database_role import role_finding
from leadline.casefile.proof import verify_audit
from leadline.casefile.walls import walled_tables
from tests.casefile.desk import Desk, make_desk
from tests.casefile.server import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

psycopg = pytest.importorskip("psycopg")

_CAST = """
from django.db import IntegrityError
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.leads import note_on_lead
from leadline.casefile.models import Lead
from leadline.casefile.sealing import seal_all
from leadline.vocabulary.casework import Role
from tests.desk_cast import staff_of
from tests.web.walled_world import made_up, walled
for code in ("police", "customs"):
    staff = staff_of(code)
    for number in range(120):
        record_reading(staff.admin, "lead:page:read", "", {"number": number})
    # A row of every table: what another one points at must be there first, so that it takes a few rounds.
    for _ in range(5):
        for model in walled():
            if not model.scoped.visible_to(staff.admin).exists():
                try:
                    made_up(model, staff, code)
                except IntegrityError:
                    pass
    # A note is of a lead or of a case.
    note_on_lead(Lead.scoped.visible_to(staff.admin)[0].pk, code, actor=staff[Role.MANAGER])
    print(staff.admin.agency_id)
seal_all()
"""
_KEYS = """
import secrets
from leadline.casefile.index.build import candidate_id
from leadline.casefile.models import Agency, IndexedCandidate
from leadline.casefile.models.base import on_accounts
from leadline.casefile.models.indexed import NO_EXPIRY, SEARCHED
from leadline.casefile.machine import Machine
from leadline.vocabulary.instants import now
from django.db import transaction
agency = Agency.register.with_code("police").pk
machine = Machine(agency)
for rank, key in enumerate(("nul \\0 and \\x10 and \\x10@", "\\x1b[2J \u202e", secrets.token_hex(int(sys.argv[2])))):
    row = IndexedCandidate(
        id=candidate_id(agency, "R-1", key), agency_id=agency, run="R-1", rank=rank, account_key=key,
        search=key[:SEARCHED].replace("\\0", ""),
        first_access=now(), last_access=now(), evidence_expires=NO_EXPIRY, confidence=0,
        **dict.fromkeys(("score", "days_active", "objects_opened", "objects_downloaded", "objects_added",
                         "new_objects_added", "attempts"), 0),
    )
    with transaction.atomic():
        IndexedCandidate.scoped.add_all([row], actor=machine)
    with transaction.atomic():
        print(IndexedCandidate.scoped.visible_to(machine).filter(on_accounts(key)).get().account_key == key)
"""
# Going back is possible only while there is no long key; so the test that writes one comes after.
_BACK_AND_ON = """
from django.core.management import call_command
from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, IndexedCandidate, Lead
from leadline.casefile.models.base import account_digest
call_command("migrate", "casefile", "0005", verbosity=0)
call_command("migrate", verbosity=0)
for agency in Agency.register.each():
    for model in (Lead, IndexedCandidate):
        rows = list(model.scoped.visible_to(Machine(agency.pk)))
        print(bool(rows), all(row.account_digest == account_digest(row.account_key) for row in rows))
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


def test_every_model_of_the_case_file_has_an_agency_and_a_wall() -> None:
    every = {model._meta.db_table for model in apps.get_app_config("casefile").get_models(include_auto_created=True)}
    assert every - set(walled_tables()) == {"casefile_agency", "casefile_member"}


@pytest.mark.parametrize("table", walled_tables())
def test_whoever_asks_the_database_itself_sees_the_own_rows_alone(folder: str, agencies: list[str], table: str) -> None:
    whose = f"select distinct agency_id from {table} order by 1"
    assert _ask(folder, whose, role="postgres") == sorted((agency,) for agency in agencies), "each has a row here"
    assert _ask(folder, whose) == []
    for agency in agencies:
        assert _ask(folder, whose, agency) == [(agency,)]


@pytest.mark.parametrize("table", walled_tables())
def test_whoever_writes_to_the_database_itself_reaches_the_own_rows_alone(
    folder: str, agencies: list[str], table: str
) -> None:
    mine, theirs = agencies
    whole = f"select count(*) from {table} where agency_id = '{theirs}'"
    before = _ask(folder, whole, role="postgres")
    assert _ask(folder, f"update {table} set id = 'x' where agency_id = '{theirs}' returning 1", mine) == []
    assert _ask(folder, f"delete from {table} where agency_id = '{theirs}' returning 1", mine) == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _ask(folder, f"update {table} set agency_id = '{theirs}'", mine)
    assert _ask(folder, whole, role="postgres") == before


def test_the_policy_of_each_table_is_for_every_command_and_role(folder: str, agencies: list[str]) -> None:
    asked = "select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies order by 1"
    of_the_session = "((agency_id)::text = current_setting('leadline.agency'::text, true))"
    rows = _ask(folder, asked)
    assert [row[0] for row in rows] == walled_tables()
    assert {row[1:] for row in rows} == {("agency_wall", "PERMISSIVE", "{public}", "ALL", *[of_the_session] * 2)}


def test_nobody_writes_or_changes_a_row_of_another_agency(folder: str, agencies: list[str]) -> None:
    mine, theirs = agencies
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _ask(folder, _NEW_TEAM.format(theirs), mine)
    _ask(folder, f"update casefile_team set name = 'x' where agency_id = '{theirs}'", mine)
    assert _ask(folder, "select name from casefile_team order by 1", theirs) == [("First",), ("Second",)]


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
    assert verdict.faults == ()
    assert verdict.rows == verdict.sealed > 240
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


def test_a_database_of_before_gets_the_digests_of_every_agencys_keys(desk: Desk, agencies: list[str]) -> None:
    assert desk.do(_BACK_AND_ON).split() == ["True", "True"] * 4


def test_a_key_with_whatever_a_provider_writes_comes_back_as_it_was(desk: Desk, agencies: list[str]) -> None:
    assert desk.do(_KEYS, "20000").split() == ["True", "True", "True"]
