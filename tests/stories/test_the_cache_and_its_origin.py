"""An analyst asks how the cache grew and who began it; every figure was counted by hand."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from leadline.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

TIP = """
[tip]
provider = "Example Cloud"
[[file]]
path = "events.csv"
kind = "access-log"
format = "csv"
[[file]]
path = "inventory.csv"
kind = "inventory"
"""
EVENTS = """\
accessed_at,remote_ip,remote_port,account_key,action,object_key
2019-03-01T00:00:10Z,240.1.0.5,5000,zoe,view,other
2019-03-01T09:00:00Z,240.1.0.5,5000,anna,upload,a1
2019-03-01T09:01:00Z,240.1.0.5,5000,anna,upload,a2
2019-03-01T09:02:00Z,240.1.0.5,5000,anna,upload,a3
2019-03-02T10:00:00Z,240.2.0.9,5000,bert,view,a1
2019-03-03T10:00:00Z,240.2.0.9,5000,bert,upload,b1
2019-03-03T10:05:00Z,240.2.0.9,5000,bert,upload,stray
"""
INVENTORY = f"""\
object_key,size,sha256,added_at,removed_at,added_by
a1,100,{"a" * 64},2019-03-01T09:00:00Z,,anna
a2,200,{"b" * 64},2019-03-01T09:01:00Z,2019-03-04T00:00:00Z,anna
a3,300,{"c" * 64},2019-03-01T09:02:00Z,,anna
b1,400,{"a" * 64},2019-03-03T10:00:00Z,,
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(list(arguments)) == 0
    return capsys.readouterr().out


@pytest.fixture
def where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    for name, text in (("tip.toml", TIP), ("events.csv", EVENTS), ("inventory.csv", INVENTORY)):
        (bundle / name).write_text(text, encoding="utf-8")
    asked = ("--workspace", str(tmp_path / "workspace"))
    told(capsys, "init", str(tmp_path / "workspace"))
    told(capsys, "receive", str(bundle), *asked)
    told(capsys, "run", *asked)
    return asked


def test_the_cache_is_told_by_day_by_who_added_what_and_by_what_no_inventory_lists(
    where: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    whole: dict[str, Any] = json.loads(told(capsys, "collection", "--json", *where))
    counted = ("listed", "undated", "new", "removed", "unlisted", "bytes")
    assert {name: whole["summary"][name] for name in counted} == {
        "listed": 4, "undated": 0, "new": 3, "removed": 1, "unlisted": 1, "bytes": 1000,
    }  # fmt: skip
    asked = ("day", "added", "removed", "standing", "bytes_standing")
    assert [tuple(day[name] for name in asked) for day in whole["days"]] == [
        ("2019-03-01", 3, 0, 3, 600), ("2019-03-02", 0, 0, 3, 600), ("2019-03-03", 1, 0, 4, 1000),
        ("2019-03-04", 0, 1, 3, 800),
    ]  # fmt: skip
    assert [(row["account_key"], row["object_key"], row["source"], row["new"]) for row in whole["added"]] == [
        ("anna", "a1", "both", True), ("anna", "a2", "both", True), ("anna", "a3", "both", True),
        ("bert", "b1", "upload", False),
    ]  # fmt: skip
    assert [(row["account_key"], row["object_key"]) for row in whole["unlisted"]] == [("bert", "stray")]


def test_a_part_is_rows_in_both_forms(where: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(told(capsys, "collection", "--part", "added", *where))))
    lines = [json.loads(line) for line in told(capsys, "collection", "--part", "added", "--json", *where).splitlines()]
    assert [row["object_key"] for row in rows] == [row["object_key"] for row in lines] == ["a1", "a2", "a3", "b1"]
    assert [row["new"] for row in rows] == ["true", "true", "true", "false"]


def test_who_began_it_and_who_made_it_grow_are_told_with_their_evidence(
    where: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    whole: dict[str, Any] = json.loads(told(capsys, "origin", "--json", *where))
    assert whole["origin"]["state"] == "answered"
    assert [(row["account_key"], row["rank"], row["sure"]) for row in whole["creators"]] == [("anna", 1, "firm")]
    assert [(row["account_key"], row["objects_added"], row["unlisted"]) for row in whole["growers"]] == [("bert", 1, 1)]
    shown = told(capsys, "origin", *where)
    assert "1. anna (firm)" in shown
    assert "added 3 of the 3 objects of the first day, the very first among them" in shown


def test_explain_says_what_part_an_account_has_in_the_origin(
    where: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (role,) = json.loads(told(capsys, "explain", "anna", "--json", *where))["origin"]
    assert (role["role"], role["sure"]) == ("creator", "firm")
    assert "Candidate 1 for who created the cache (firm)" in told(capsys, "explain", "anna", *where)


def test_both_commands_leave_an_entry(
    where: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "origin", "--reason", "review", *where)
    told(capsys, "collection", *where)
    actions = [
        json.loads(line)["action"] for line in (tmp_path / "workspace/log/entries.jsonl").read_text().splitlines()
    ]
    assert actions[-2:] == ["rows:origin:shown", "rows:collection:shown"]
