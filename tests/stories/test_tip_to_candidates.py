"""An analyst seals a small tip, runs it and reads the answers; every figure was counted by hand."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

TIP = """
[tip]
reference = "ESP-0042"
provider = "Example Cloud"
received_at = 2019-09-20T02:15:00Z
cache_keys = ["k1"]

[[file]]
path = "logs/access.log"
kind = "access-log"
format = "combined"

[[file.request]]
method = "GET"
path = '/c/[^/]+/o/(?P<object>[^/?]+)/raw'
action = "download"

[[file.request]]
method = "GET"
path = '/c/[^/]+/o/(?P<object>[^/?]+)'
action = "view"

[[file.request]]
method = "PUT"
path = '/c/[^/]+/o/(?P<object>[^/?]+)'
action = "upload"

[[file.request]]
method = "GET"
path = '/c/(?P<cache>[^/?]+)'
action = "list"

[[file]]
path = "events.csv"
kind = "access-log"
format = "csv"
[file.columns]
when = "accessed_at"
ip = "remote_ip"
port = "remote_port"
who = "account_key"
what = "action"
item = "object_key"
[file.values.action]
fetch = "download"

[[file]]
path = "inventory.csv"
kind = "inventory"

[[file]]
path = "accounts.csv"
kind = "accounts"
[file.columns]
user_id = "account_key"
"""

LOG = """\
240.1.0.5 - anna [01/Mar/2019:10:00:00 +0000] "GET /c/k1/o/a1/raw HTTP/1.1" 200 1000 "-" "UA/1"
240.1.0.5 - anna [01/Mar/2019:10:00:05 +0000] "GET /c/k1/o/a2 HTTP/1.1" 304 0 "-" "UA/1"
240.1.0.5 - anna [02/Mar/2019:10:00:05 +0000] "GET /c/k1/o/a2 HTTP/1.1" 404 0 "-" "UA/1"
240.2.0.9 - bert [02/Mar/2019:11:00:00 +0000] "PUT /c/k1/o/a3 HTTP/1.1" 201 0 "-" "UA/2"
240.2.0.9 - bert [02/Mar/2019:11:05:00 +0000] "PUT /c/k1/o/zz HTTP/1.1" 201 0 "-" "UA/2"
240.1.0.5 - - [03/Mar/2019:10:00:00 +0000] "GET /c/k1/o/a1 HTTP/1.1" 200 1000 "-" "UA/1"
240.1.0.5 - anna [03/Mar/2019:10:00:00 +0000] "GET /index.html HTTP/1.1" 200 10 "-" "UA/1"
this is no line of a log
240.1.0.5 - anna [31/Feb/2019:10:00:00 +0000] "GET /c/k1/o/a1 HTTP/1.1" 200 1000 "-" "UA/1"
240.1.0.555 - anna [03/Mar/2019:10:00:00 +0000] "GET /c/k1/o/a1 HTTP/1.1" 200 1000 "-" "UA/1"

240.3.0.1 - carl [04/Mar/2019:10:00:00 +0000] "GET /c/k1 HTTP/1.1" 200 1000 "-" "UA/3"
240.1.0.5 - anna [05/Mar/2019:10:00:00 +0000] "GET /c/k1/o/a
"""

EVENTS = """\
when,ip,port,who,what,item
2019-03-06T00:00:00Z,::ffff:240.1.0.5,5000,anna,FETCH,a1
2019-03-06T01:00:00+13:00,240.2.0.9,,bert,view,a3
,240.2.0.9,,bert,view,a3
2019-03-07T00:00:00Z,240.9.0.1,,dora,view,a1
2019-03-07T00:00:00Z,240.9.0.1,,dora,view,"a,with comma"
"""

INVENTORY = """\
object_key,size,sha256,added_at,removed_at
a1,1000,{a},2019-01-01T00:00:00Z,
a2,500,{b},2019-01-02T00:00:00Z,2019-03-02T00:00:00Z
a3,700,{c},,
"""

ACCOUNTS = "user_id,created_at,declared_country\nanna,2018-01-01T00:00:00Z,NZ\nbert,2018-06-01T00:00:00Z,AU\n"

NETWORKS = """\
first,last,country,asn,holder,kind
240.1.0.0,240.1.255.255,NZ,64500,Access NZ (invented),access
240.2.0.0,240.2.255.255,AU,64501,Access AU (invented),access
240.9.0.0,240.9.0.255,,64509,Anonymiser (invented),vpn
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    (folder / "logs").mkdir(parents=True)
    (folder / "tip.toml").write_text(TIP)
    (folder / "logs/access.log").write_text(LOG)
    (folder / "events.csv").write_text(EVENTS)
    (folder / "inventory.csv").write_text(INVENTORY.format(a="a" * 64, b="b" * 64, c="c" * 64))
    (folder / "accounts.csv").write_text(ACCOUNTS)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    target = tmp_path / "workspace"
    networks = tmp_path / "networks.csv"
    networks.write_text(NETWORKS)
    assert run(["init", str(target)]) == 0
    assert (
        run(
            [
                "reference",
                "add",
                "networks",
                str(networks),
                "--as-of",
                "2019-01-01",
                "--name",
                "reg",
                "--workspace",
                str(target),
            ]
        )
        == 0
    )
    return target


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(list(arguments)) == 0
    return capsys.readouterr().out


def test_a_tip_becomes_ranked_and_explained_candidates(
    bundle: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(workspace))
    received = json.loads(told(capsys, "receive", str(bundle), "--json", *where))
    assert set(received) == {"tip", "exhibits", "left_out", "gaps"}
    assert {e["path"] for e in received["exhibits"]} >= {
        "logs/access.log",
        "events.csv",
        "inventory.csv",
        "accounts.csv",
    }

    sums = json.loads(told(capsys, "run", "--json", *where))
    assert list(sums) == [
        "run",
        "tip",
        "lines",
        "accesses",
        "rejects",
        "relevant",
        "other",
        "without_account",
        "accounts",
        "attributed",
        "abstained",
        "candidates",
        "seconds",
    ]
    expected = {
        "lines": 18,
        "accesses": 12,
        "rejects": 6,
        "relevant": 9,
        "other": 3,
        "without_account": 1,
        "accounts": 4,
        "attributed": 2,
        "abstained": 2,
        "candidates": 4,
    }
    assert {key: sums[key] for key in expected} == expected

    rejects = list(csv.DictReader(io.StringIO(told(capsys, "rejects", *where))))
    assert {(r["path"], int(r["line"]), r["reason"]) for r in rejects} == {
        ("logs/access.log", 8, "not-the-format"),
        ("logs/access.log", 9, "bad-time"),
        ("logs/access.log", 10, "bad-address"),
        ("logs/access.log", 11, "empty-line"),
        ("logs/access.log", 13, "truncated"),
        ("events.csv", 4, "missing-field"),
    }

    lines = told(capsys, "candidates", "--format", "jsonl", *where).splitlines()
    candidates = {row["account_key"]: row for row in map(json.loads, lines)}
    assert [json.loads(line)["rank"] for line in lines] == [1, 2, 3, 4]
    anna, bert, carl, dora = (candidates[name] for name in ("anna", "bert", "carl", "dora"))
    assert (anna["objects_opened"], anna["objects_downloaded"], anna["objects_added"], anna["attempts"]) == (2, 1, 0, 1)
    assert (anna["first_access"], anna["last_access"], anna["days_active"]) == (
        "2019-03-01T10:00:00Z",
        "2019-03-06T00:00:00Z",
        3,
    )
    assert anna["jurisdictions"] == [{"code": "NZ", "share": 1.0}]
    assert (bert["objects_opened"], bert["objects_added"], bert["jurisdiction"]) == (1, 1, "AU")
    assert (carl["jurisdiction"], dora["jurisdiction"]) == ("", "")
    assert "listing-only" in carl["caveats"]
    assert "vpn" in dora["caveats"]
    assert "no-account-record" in dora["caveats"]
    for row in candidates.values():
        assert row["start"] + sum(reason["points"] for reason in row["reasons"]) == row["score"]
        assert not (row["level"] == "very-high" and row["holder_certainty"] == "unknown")

    explained = json.loads(told(capsys, "explain", "anna", "--json", *where))
    assert [(line["path"], line["line"], line["presence"]) for line in explained["source_lines"]] == [
        ("logs/access.log", 1, "present"),
        ("logs/access.log", 2, "present"),
        ("logs/access.log", 3, "after-removed"),
        ("events.csv", 2, "present"),
    ]
    assert json.loads(told(capsys, "verify", "--json", *where))["ok"] is True


def test_the_same_bundle_twice_is_one_tip_and_the_same_run_is_not_made_again(
    bundle: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(workspace))
    first = json.loads(told(capsys, "receive", str(bundle), "--json", *where))
    again = json.loads(told(capsys, "receive", str(bundle), "--json", *where))
    assert first == again
    ran = json.loads(told(capsys, "run", "--json", *where))
    assert json.loads(told(capsys, "run", "--json", *where)) == ran
    assert len(list((workspace / "lake").glob("R-*"))) == 1


def test_every_command_that_shows_accounts_leaves_an_entry_without_the_account(
    bundle: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(workspace))
    told(capsys, "receive", str(bundle), *where)
    told(capsys, "run", *where)
    before = (workspace / "log/entries.jsonl").read_text().count("\n")
    told(capsys, "explain", "anna", "--reason", "review", *where)
    entries = (workspace / "log/entries.jsonl").read_text().splitlines()
    assert len(entries) == before + 1
    assert "anna" not in entries[-1]
    payload = (workspace / "log/payloads" / f"{before:08d}.json").read_text()
    assert "anna" in payload
    assert "review" in payload


@pytest.mark.parametrize("command", ["rejects", "candidates", "addresses", "requests"])
def test_json_on_a_command_that_lists_gives_one_object_a_line(
    command: str, bundle: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(workspace))
    told(capsys, "receive", str(bundle), *where)
    told(capsys, "run", *where)
    rows = [json.loads(line) for line in told(capsys, command, "--json", *where).splitlines()]
    assert rows
    assert all(isinstance(row, dict) for row in rows)


@pytest.mark.parametrize("name", ["lake", "exhibits", "keys", "log", "leadline.toml"])
def test_any_evidence_file_changed_or_gone_is_named_with_exit_4(
    name: str, bundle: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(workspace))
    told(capsys, "receive", str(bundle), *where)
    told(capsys, "run", *where)
    top = workspace / name
    files = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
    assert files
    for path in files:
        whole = path.read_bytes()
        for changed in (whole[:-1] + bytes([whole[-1] ^ 1]) if whole else b"x", whole[: len(whole) // 2], None):
            if changed == whole:
                continue
            path.chmod(0o600)
            path.unlink() if changed is None else path.write_bytes(changed)
            capsys.readouterr()
            assert run(["verify", "--json", *where]) == 4, path
            shown = capsys.readouterr()
            assert path.name in shown.out + shown.err
            path.write_bytes(whole)
    assert run(["verify", *where]) == 0


def test_without_an_inventory_nothing_is_relevant_and_the_output_says_what_to_ask_for(
    bundle: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(workspace))
    (bundle / "inventory.csv").unlink()
    text = (bundle / "tip.toml").read_text()
    (bundle / "tip.toml").write_text(text.replace('[[file]]\npath = "inventory.csv"\nkind = "inventory"\n', ""))
    told(capsys, "receive", str(bundle), *where)
    capsys.readouterr()
    assert run(["run", "--json", *where]) == 0
    shown = capsys.readouterr()
    sums = json.loads(shown.out)
    assert (sums["relevant"], sums["other"], sums["candidates"]) == (0, 12, 0)
    assert "inventory" in shown.err
