"""Logs, account records and inventories that come as Parquet go through the same run as text does."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadline.cli.main import run
from tests.intake.bundles import entries_of, make_folder, nothing_kept
from tests.reading.test_media import NOISE, SIGNATURES

if TYPE_CHECKING:
    from pathlib import Path

ROWS: dict[str, list[Any]] = {
    "when": [
        "2019-03-01T10:00:00Z",
        "2019-03-02T10:00:00Z",
        "2019-03-03T10:00:00Z",
        "yesterday",
        "2019-03-04T10:00:00Z",
    ],
    "remote_ip": ["240.1.0.5", "::ffff:240.1.0.6", "host", "240.1.0.5", "240.1.0.7"],
    "remote_port": [50000, None, 1, 2, 3],
    "account_key": ["anna", "bert", "anna", "anna", None],
    "action": ["view", "DOWNLOAD", "view", "view", "view"],
    "object_key": ["a1", "a2", "a1", "a1", "a1"],
}
TIP = """
[tip]
reference = "ESP-0042"
provider = "Example Cloud"
[[file]]
path = "log.parquet"
{more}
[file.columns]
when = "accessed_at"
"""


def packed(columns: dict[str, Any]) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held, row_group_size=2)
    return held.getvalue()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert run(["init", str(tmp_path / "workspace")]) == 0
    return tmp_path / "workspace"


def offered(tmp_path: Path, log: dict[str, Any] | bytes, *, more: str = "", rest: str = "") -> str:
    files = {
        "tip.toml": (TIP.format(more=more) + rest).encode(),
        "log.parquet": log if isinstance(log, bytes) else packed(log),
        "inventory.parquet": packed({"object_key": ["a1", "a2"], "size": [1000, 500]}),
        "accounts.parquet": packed({"account_key": ["anna"], "declared_country": ["NZ"], "colour": ["blue"]}),
    }
    return str(make_folder(tmp_path / "bundle", files))


def told(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json", "--workspace", str(workspace)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("more", ["", 'kind = "access-log"\nformat = "parquet"'])
def test_rows_are_lines_and_every_one_is_accounted_for(
    more: str, tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (received,) = told(capsys, workspace, "receive", offered(tmp_path, ROWS, more=more))
    assert {one["path"]: (one["kind"], one["format"]) for one in received["exhibits"]} == {
        "tip.toml": ("other", ""),
        "log.parquet": ("access-log", "parquet"),
        "inventory.parquet": ("inventory", "parquet"),
        "accounts.parquet": ("accounts", "parquet"),
    }
    (sums,) = told(capsys, workspace, "run")
    names = ("lines", "accesses", "rejects", "relevant", "without_account", "candidates")
    assert [sums[name] for name in names] == [5, 3, 2, 3, 1, 2]
    assert [(one["line"], one["reason"]) for one in told(capsys, workspace, "rejects")] == [
        (3, "bad-address"),
        (4, "bad-time"),
    ]
    (anna,) = told(capsys, workspace, "explain", "anna")
    assert [(one["line"], one["remote_port"]) for one in anna["source_lines"]] == [(1, 50000)]
    assert anna["account_record"]["declared_country"] == "NZ"
    assert told(capsys, workspace, "verify")[0]["ok"] is True


CLOCKS = pa.array([datetime(2019, 3, 1, 10), datetime(2019, 4, 7, 2, 30)] * 2 + [None], pa.timestamp("us"))  # noqa: DTZ001  what a file without zones holds


def test_times_without_a_zone_need_one_and_are_then_dated_by_it(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = offered(tmp_path / "first", {**ROWS, "when": CLOCKS})
    assert run(["receive", bundle, "--workspace", str(workspace)]) == 3
    assert "zone" in capsys.readouterr().err
    bundle = offered(tmp_path / "second", {**ROWS, "when": CLOCKS}, more='zone = "Pacific/Auckland"')
    told(capsys, workspace, "receive", bundle)
    (sums,) = told(capsys, workspace, "run")
    assert sums["lines"] == sums["accesses"] + sums["rejects"] == 5
    (anna,) = told(capsys, workspace, "explain", "anna")
    assert anna["source_lines"][0]["accessed_at"] == "2019-02-28T21:00:00Z"
    reasons = {(one["line"], one["reason"]) for one in told(capsys, workspace, "rejects")}
    assert {(2, "ambiguous-time"), (5, "missing-field")} <= reasons


PICTURE = SIGNATURES["png"] + NOISE
HIDDEN = {
    "in a column of bytes": packed({**ROWS, "thumb": [PICTURE] * 5}),
    "as digits in a column": packed({**ROWS, "thumb": [PICTURE.hex()] * 5}),
    "in a list": packed({**ROWS, "thumb": [[PICTURE]] * 5}),
    "behind the end": packed(ROWS) + PICTURE,
    "a picture of that name": PICTURE,
    "cut off": packed(ROWS)[:-20],
}


@pytest.mark.parametrize("where", HIDDEN)
def test_what_a_file_could_hide_is_refused_and_nothing_is_kept(
    where: str, tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(entries_of(workspace))
    assert run(["receive", offered(tmp_path, HIDDEN[where]), "--workspace", str(workspace)]) == 3
    assert "log.parquet" in capsys.readouterr().err
    nothing_kept(workspace, before)
    assert run(["receive", str(tmp_path / "bundle"), "--as-is", "--workspace", str(workspace)]) == 3
    nothing_kept(workspace, before + 1)


def test_a_file_that_is_said_to_be_what_it_is_not_is_refused(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = b"accessed_at,remote_ip,action,object_key\n"
    assert run(["receive", offered(tmp_path, text, more='format = "parquet"'), "--workspace", str(workspace)]) == 3
    assert "is plain" in capsys.readouterr().err
