"""A tip with a provider's CyberTipline report goes from its seal to `explain`; every figure was counted by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from leadline.cli.main import run
from tests.intake.bundles import LOG, TIP, entries_of, files_below, make_folder, nothing_kept
from tests.reports.documents import DETAILS_XML, MD5, REPORT_XML, SECRET, police

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = f"""\
object_key,size,md5,added_at
a1,1000,{MD5},2019-01-01T00:00:00Z
a2,500,{"e" * 32},2019-01-01T00:00:00Z
"""
FILES = {
    "tip.toml": TIP.encode(),
    "logs/access.log": LOG.encode(),
    "accounts.csv": b"user_id,created_at\nanna,2018-01-01T00:00:00Z\n",
    "inventory.csv": INVENTORY.encode(),
    "tipline/report.xml": REPORT_XML.encode(),
    "tipline/file.xml": DETAILS_XML.encode(),
    "tipline/export.json": police(),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert run(["init", str(tmp_path / "workspace")]) == 0
    return tmp_path / "workspace"


def told(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str) -> str:
    capsys.readouterr()
    assert run([*arguments, "--workspace", str(workspace)]) == 0
    return capsys.readouterr().out


def explained(capsys: pytest.CaptureFixture[str], workspace: Path, account: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(told(capsys, workspace, "explain", account, "--json"))
    return answer


def test_what_a_report_says_of_an_account_is_explained_and_its_words_are_nowhere(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = make_folder(tmp_path / "bundle", FILES)
    received = json.loads(told(capsys, workspace, "receive", str(bundle), "--json"))
    formats = {one["path"]: (one["kind"], one["format"]) for one in received["exhibits"]}
    assert formats["tipline/report.xml"] == formats["tipline/file.xml"] == ("report", "cybertip-xml")
    assert formats["tipline/export.json"] == ("report", "cybertip-json")
    assert [gap for gap in received["gaps"] if "tipline/report.xml" in gap and gap.startswith("no-zone-proof")]

    sums = json.loads(told(capsys, workspace, "run", "--json"))
    assert (sums["lines"], sums["accesses"], sums["rejects"], sums["relevant"], sums["candidates"]) == (2, 2, 0, 1, 1)
    rejects = [json.loads(line) for line in told(capsys, workspace, "rejects", "--json").splitlines()]
    assert [(one["path"], one["line"], one["reason"]) for one in rejects] == [("tipline/report.xml", 41, "bad-address")]

    reports = explained(capsys, workspace, "anna")["reports"]
    assert [(one["path"], one["line"], one["role"]) for one in reports] == [
        ("tipline/export.json", 1, "reported"),
        ("tipline/report.xml", 16, "reported"),
    ]
    export, provider = reports
    assert (provider["incident"], provider["compromised"], provider["disabled"]) == ("type-5", False, True)
    assert [(e["happened_at"], e["remote_ip"], e["remote_port"]) for e in provider["events"]] == [
        ("2019-09-18T22:00:00Z", "240.1.0.5", 50000),
        (None, "240.1.0.6", None),
    ]
    assert [(f["viewed_by_provider"], f["objects"], f["contradicted"]) for f in export["files"]] == [
        ("not-stated", ["a1"], False)
    ]
    left = {one["element"]: one["characters"] for one in provider["left_out"]}
    assert left["report/additionalInfo"] == len(SECRET)

    shown = told(capsys, workspace, "explain", "anna")
    assert "viewed by provider" in shown
    assert SECRET not in shown
    lake = [path for path in (workspace / "lake").rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in path.read_bytes() for path in lake)
    assert json.loads(told(capsys, workspace, "verify", "--json"))["ok"] is True


def test_an_account_that_occurs_in_reports_alone_is_explained_and_is_no_candidate(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = make_folder(tmp_path / "bundle", FILES)
    told(capsys, workspace, "receive", str(bundle))
    told(capsys, workspace, "run", "--json")
    found = explained(capsys, workspace, "anna-2")
    assert found["candidate"] is None
    assert [one["role"] for one in found["reports"]] == ["associated"]
    shown = told(capsys, workspace, "explain", "anna-2")
    assert "no candidate" in shown
    assert "score" not in shown.replace("it has no score", "")
    assert run(["explain", "nobody-here", "--workspace", str(workspace)]) == 2


def test_what_a_report_says_of_a_takeover_is_a_doubt_and_its_identifiers_reach_the_links(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = REPORT_XML.replace("<compromisedAccount>0", "<compromisedAccount>1")
    log = f'{LOG}240.1.0.7 - bert [20/Sep/2019:03:00:00 +0000] "GET /c/k1/o/a1/raw HTTP/1.1" 200 10\n'
    files = {
        **FILES,
        "logs/access.log": log.encode(),
        "accounts.csv": b"user_id,email\nbert,Anna@mail.example\n",
        "tipline/report.xml": report.encode(),
    }
    told(capsys, workspace, "receive", str(make_folder(tmp_path / "bundle", files)))
    told(capsys, workspace, "run", "--json")
    anna = explained(capsys, workspace, "anna")
    doubts = {one["check"]: one for one in anna["candidate"]["doubts"]}
    assert doubts["provider-says-compromised"]["state"] == "yes"
    assert "in a report" in doubts["provider-says-compromised"]["reason"]
    assert "provider-says-compromised" in anna["candidate"]["caveats"]
    assert anna["candidate"]["holder_certainty"] == "unknown"
    known = [said for stage in anna["stages"] for said in stage["what_is_known"] if stage["stage"] == "S1"]
    assert any("reports speak of the account" in said and "mark it as compromised" in said for said in known)
    assert any("the provider says that it viewed" in said for said in known)
    assert [(one["kind"], one["account_key"]) for one in anna["links"]] == [("same-person", "bert")]


def test_whom_a_report_names_as_a_victim_goes_before_a_person_first(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = '240.1.0.7 - {} [20/Sep/2019:03:00:00 +0000] "GET /c/k1/o/a1/raw HTTP/1.1" 200 10\n'
    log = LOG + seen.format("dora") + seen.format("zoe")
    files = {**FILES, "logs/access.log": log.encode()}
    told(capsys, workspace, "receive", str(make_folder(tmp_path / "bundle", files)))
    told(capsys, workspace, "run", "--json")
    states = {}
    for account in ("dora", "anna", "zoe"):
        found = explained(capsys, workspace, account)["candidate"]
        (states[account],) = [one["state"] for one in found["doubts"] if one["check"] == "reported-as-victim"]
        if account == "dora":
            assert found["holder_certainty"] == "unknown"
            assert "victim-identification unit before anything else" in found["next_check"]
    assert states == {"dora": "yes", "anna": "no", "zoe": "unknown"}


def test_files_of_a_report_are_found_in_a_vics_inventory(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {path: content for path, content in FILES.items() if path != "inventory.csv"}
    entry = {"MediaID": 1, "Category": 1, "MD5": MD5.upper(), "MediaFiles": [{"FileName": "a1"}, {"FileName": "b1"}]}
    vics = {"odata.metadata": "http://vics.example/DataModels/1.3.xml#Media", "value": [entry]}
    bundle = make_folder(tmp_path / "bundle", {**files, "inventory.json": json.dumps(vics).encode()})
    told(capsys, workspace, "receive", str(bundle))
    sums = json.loads(told(capsys, workspace, "run", "--json"))
    assert (sums["lines"], sums["accesses"], sums["rejects"], sums["relevant"], sums["candidates"]) == (2, 2, 0, 1, 1)
    anna = explained(capsys, workspace, "anna")
    assert [(one["object_key"], one["presence"]) for one in anna["source_lines"]] == [("a1", "dates-unknown")]
    assert [file["objects"] for one in anna["reports"] for file in one["files"]] == [["a1", "b1"]]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("r.xml", REPORT_XML.replace("<report ", '<!DOCTYPE r [<!ENTITY e "x">]>\n<report ', 1)),
        ("r.xml", REPORT_XML[:-20]),
        ("other.xml", '<!DOCTYPE r SYSTEM "https://portal.example/x.dtd">\n<r/>'),
        ("r.json", police().decode()[:-5]),
    ],
)
def test_a_hostile_document_is_refused_and_nothing_is_kept(
    path: str, content: str, tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(entries_of(workspace))
    bundle = make_folder(tmp_path / "bundle", {**FILES, path: content.encode()})
    assert run(["receive", str(bundle), "--workspace", str(workspace)]) == 3
    shown = capsys.readouterr().err
    assert path in shown
    assert "leave-out" in shown
    nothing_kept(workspace, before)
    assert run(["receive", str(bundle), "--leave-out", path, "--workspace", str(workspace)]) == 0
    assert files_below(workspace / "exhibits")
