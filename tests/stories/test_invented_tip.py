"""An invented tip of every kind of evidence comes out of a run exactly as its truth says."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from leadline.cli.main import run
from leadline.inquiry.runs import open_run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from leadline.synthetic.inventor import Invented


def told(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str) -> list[Any]:
    capsys.readouterr()
    assert run([*arguments, "--workspace", str(workspace)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def truth(invented: Invented, name: str) -> list[dict[str, str]]:
    with (invented.truth / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_accounting_is_the_truths(invented_run: tuple[Invented, Path]) -> None:
    invented, workspace = invented_run
    sums = open_run(workspace).accounting
    assert {name: sums[name] for name in invented.sums if name in sums} == {
        name: count for name, count in invented.sums.items() if name in sums
    }


def test_the_rejects_of_every_kind_of_evidence_are_the_truths(
    invented_run: tuple[Invented, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    invented, workspace = invented_run
    found = told(capsys, workspace, "rejects", "--format", "jsonl")
    assert {one["kind"] for one in found} == {"access-log", "accounts", "inventory", "report"}
    assert sorted((one["path"], one["line"], one["reason"]) for one in found) == sorted(
        (row["file"], int(row["line"]), row["reason"]) for row in truth(invented, "rejects")
    )


def test_what_reports_say_is_told_of_each_account(
    invented_run: tuple[Invented, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    invented, workspace = invented_run
    said = truth(invented, "reports")
    for account in sorted({row["account"] for row in said}):
        (whole,) = told(capsys, workspace, "explain", account, "--json")
        assert [
            (one["path"], one["role"], str(len(one["events"])), one["compromised"]) for one in whole["reports"]
        ] == sorted(
            (row["file"], row["role"], row["events"], True if row["compromised"] else None)
            for row in said
            if row["account"] == account
        )
        named = {row["role"] for row in said if row["account"] == account}
        assert (whole["candidate"] is None) == (named == {"victim"})
