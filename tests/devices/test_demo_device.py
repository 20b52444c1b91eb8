"""The demo examines an invented device of one of its leads, finds what the account opened, and tells the lead."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from leadline.cli.main import run as command

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_demo_finds_on_the_device_what_the_account_opened_and_runs_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    place = ["--workspace", str(tmp_path / "demo")]
    assert command([*place, "demo"]) == 0
    assert "an invented device" in capsys.readouterr().out
    assert command([*place, "findings"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    by_class = {name: [row for row in rows if row["class"] == name] for name in {row["class"] for row in rows}}
    assert set(by_class) == {"cache-opened", "cache", "unknown", "ignorable"}
    assert all(row["object_key"] and row["opened_at"] for row in by_class["cache-opened"])
    assert len({row["sha256"] for row in by_class["cache-opened"]}) < len(by_class["cache-opened"])
    assert {row["media"] for row in by_class["unknown"]} == {"picture", ""}
    assert [path.name for path in (tmp_path / "demo-device-2019").iterdir()]
    assert command([*place, "run", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert len(list((tmp_path / "demo" / "lake").glob("R-*"))) == 3
    assert (tmp_path / "demo" / "lake" / again["run"] / "device_result").is_dir()
    assert command([*place, "verify"]) == 0
