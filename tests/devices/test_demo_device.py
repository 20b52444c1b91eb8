"""The demo examines an invented device of one of its leads, finds what the account opened, and tells the lead."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from leadline.cli import demo, demo_answers
from leadline.cli.main import run as command
from leadline.synthetic.scale import SCALES, Scale

if TYPE_CHECKING:
    from pathlib import Path

SMALLER = Scale("small", 120, 300, 3_000, 100, 40_000_000, 20, 8, 5, 6)
"""A twentieth of the demo's own size."""


def test_the_demo_finds_on_the_device_what_the_account_opened_and_runs_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(SCALES, "small", SMALLER)
    for module, later in ((demo, "_show_partners"), (demo, "_desk"), (demo_answers, "show_answers")):
        monkeypatch.setattr(module, later, lambda *_, **__: None)
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
    assert list((tmp_path / "demo-devices" / "training" / "device-2019").iterdir())
    assert command([*place, "run", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert len(list((tmp_path / "demo" / "lake").glob("R-*"))) == 2
    assert (tmp_path / "demo" / "lake" / again["run"] / "device_result").is_dir()
    assert command([*place, "verify"]) == 0


@pytest.mark.drill
def test_the_whole_demo_ends_with_a_desk_and_whole_evidence(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "home")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    line = [sys.executable, "-m", "leadline.cli.main", "--workspace", str(tmp_path / "demo")]
    done = subprocess.run([*line, "demo"], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "demo" / "cache" / "demo-sign-ins.json").read_text())
    assert subprocess.run([*line, "verify"], capture_output=True, check=False, env=environment).returncode == 0
