"""The desk's tests of referrals, returns, accounts and devices once more, on a PostgreSQL server with its walls up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.casefile.server import postgresql

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import DrillFigure

psycopg = pytest.importorskip("psycopg")
FILES = (
    "tests/web/test_referrals.py",
    "tests/web/test_returns.py",
    "tests/web/test_holds.py",
    "tests/web/test_retirements.py",
    "tests/web/test_partners.py",
    "tests/web/test_devices.py",
    "tests/web/test_registers.py",
    "tests/web/test_searches.py",
    "tests/web/test_pages.py",
    "tests/casefile/test_claims.py",
    "tests/casefile/test_disclosure.py",
    "tests/casefile/test_leads.py",
    "tests/casefile/test_cases.py",
)


@pytest.mark.drill
def test_the_desks_tests_hold_on_postgresql_for_a_role_that_the_walls_bind(
    repository: Path, drill_figure: DrillFigure
) -> None:
    with postgresql() as socket:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}", autocommit=True) as base:
            base.execute("create role leadline login createdb")
            base.execute("create database leadline owner leadline")
        environment = {**os.environ, "LEADLINE_DATABASE": f"postgresql://leadline@/leadline?host={socket}"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--create-db", "-p", "no:cacheprovider", *FILES],
            cwd=repository, env=environment, capture_output=True, text=True, check=False, timeout=1800,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    drill_figure("the desk's tests that hold on PostgreSQL, too", int(passed[1]))
