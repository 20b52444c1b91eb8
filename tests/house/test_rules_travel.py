"""Every rule is SQL that another engine gives the same rows for; none is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import ErrorLevel

from leadline.facts.rules_lint import faults_in_file, faults_in_rule, rule_files
from leadline.stages.priority.contract import FACTORS
from tests.house.tree import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.stages.priority.contract import Factor

FILES = rule_files([SOURCE])
RULES = [path for path in FILES if path.name != "prelude.sql"]


def name(path: Path) -> str:
    return str(path).removeprefix(f"{SOURCE}/")


def test_every_sql_file_is_a_rule_or_the_prelude() -> None:
    assert [path for path in FILES if path.name == "prelude.sql"] == [SOURCE / "facts" / "prelude.sql"]
    assert not [name(path) for path in RULES if path.parent.name != "rules"]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_rule_keeps_to_the_list(path: Path) -> None:
    assert [f"{name(path)}:{fault.line}: {fault.reason}" for fault in faults_in_file(path)] == []


@pytest.mark.parametrize("factor", FACTORS.all(), ids=lambda factor: factor.name)
def test_the_rule_that_a_factor_makes_keeps_to_the_list(factor: Factor) -> None:
    assert faults_in_rule(f"-- {factor.title}\n{factor.rule()}") == ()


@pytest.mark.parametrize("path", RULES, ids=name)
def test_a_rule_can_be_written_for_spark(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written = sqlglot.transpile(text, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    assert len(written) == 1
    assert sqlglot.parse_one(written[0], read="spark") is not None
