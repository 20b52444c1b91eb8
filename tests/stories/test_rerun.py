"""A court's expert runs the rules of a run again in stock DuckDB and finds the same rows."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.inventor import Invented

AGAIN = """
import duckdb
for stage, fact, differing in duckdb.connect().execute(open("rerun.sql").read()).fetchall():
    print(stage, fact, differing)
"""


@pytest.fixture(scope="module")
def finished(invented_run: tuple[Invented, Path]) -> Path:
    (folder_of_run,) = (invented_run[1] / "lake").glob("R-*")
    return folder_of_run


def again(folder: Path) -> dict[str, int]:
    done = subprocess.run([sys.executable, "-c", AGAIN], cwd=folder, capture_output=True, text=True, check=True)
    return {fact: int(differing) for _, fact, differing in (line.split() for line in done.stdout.splitlines())}


def test_the_rules_of_a_run_give_the_same_rows_in_stock_duckdb(finished: Path) -> None:
    differing = again(finished)
    assert set(differing) >= {"object", "presence", "activity", "sighting", "attribution", "link", "candidate"}
    assert set(differing.values()) == {0}


def test_a_rule_that_was_changed_shows_as_rows_that_differ(finished: Path, tmp_path: Path) -> None:
    script = finished / "rerun.sql"
    whole = script.read_text()
    changed = whole.replace("cast(100 as bigint) as start", "cast(99 as bigint) as start")
    assert changed != whole
    script.chmod(0o600)
    script.write_text(changed)
    try:
        assert again(finished)["candidate"] > 0
    finally:
        script.write_text(whole)
