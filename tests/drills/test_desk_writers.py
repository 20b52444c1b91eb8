"""Sixteen writers at once, on both databases: no audit event that was acknowledged is lost, none stands twice."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.proof import verify_audit
from tests.casefile.desk import make_desk
from tests.casefile.server import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import DrillFigure

WRITERS = 16
SECONDS = 60
_FOUND = """
from leadline.casefile.actions.agencies import found_agency
for code in ("police", "customs", "regulator"):
    found_agency(code=code, name=code, kind="other", admin="admin", password="horse-battery-1")
"""
_WRITE = """
import time
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.reading import colleague
from leadline.errors import Busy
number, seconds = int(sys.argv[2]), int(sys.argv[3])
admin = colleague("admin@" + ("police", "customs", "regulator")[number % 3])
written, passed_over, until = 0, 0, time.monotonic() + seconds
while time.monotonic() < until:
    try:
        record_reading(admin, "lead:page:read", "", {"number": written})
    except Busy:
        passed_over += 1
    else:
        written += 1
print(written, passed_over)
"""


@contextmanager
def _environment(database: str) -> Iterator[dict[str, str]]:
    if database == "sqlite":
        yield dict(os.environ)
        return
    psycopg = pytest.importorskip("psycopg")
    with postgresql() as socket:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}", autocommit=True) as base:
            base.execute("create role leadline login")
            base.execute("create database leadline owner leadline")
        yield {**os.environ, "LEADLINE_DATABASE": f"postgresql://leadline@/leadline?host={socket}"}


@pytest.mark.drill
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_audit_event_is_lost(
    database: str, tmp_path: Path, drill_figure: DrillFigure, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _environment(database) as environment:
        desk = make_desk(tmp_path, environment)
        desk.do(_FOUND)
        writers = [desk.start(_WRITE, str(number), str(SECONDS)) for number in range(WRITERS)]
        answers = [writer.communicate(timeout=SECONDS * 10) for writer in writers]
        assert [writer.returncode for writer in writers] == [0] * WRITERS, answers
        acknowledged, passed_over = (
            sum(column) for column in zip(*(map(int, out.split()) for out, _ in answers), strict=True)
        )
        monkeypatch.setenv("LEADLINE_DATABASE", environment.get("LEADLINE_DATABASE", ""))
        verdict = verify_audit(desk.workspace)
        drill_figure(f"{database}: audit events of {WRITERS} writers in {SECONDS} s", acknowledged)
        drill_figure(f"{database}: writers told to try again, with nothing written", passed_over)
        drill_figure(f"{database}: lost", acknowledged + 3 - verdict.rows)
        assert (verdict.rows, verdict.faults) == (acknowledged + 3, ())
        assert verdict.sealed > verdict.rows - 3 * 200
