"""The defence gets what the runs say of the account, nobody else's name, and a schedule of what is withheld."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch.bearing import Others
from leadline.dispatch.disclosing import disclose
from leadline.dispatch.subjects import categorise
from leadline.errors import WrongUsage
from leadline.facts.tables import AccountRecordRow
from leadline.inquiry.candidates import as_json, rows_of, select_candidates
from leadline.inquiry.runs import open_run
from leadline.pipeline import run_tip
from leadline.stages.intake.receive import receive
from leadline.vocabulary.identifiers import parse_tip

if TYPE_CHECKING:
    from tests.dispatch.conftest import Desk


def test_a_disclosure_is_whole_signed_and_names_nobody_else(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [as_json(row) for row in rows_of(select_candidates(open_run(desk.workspace)))]
    account = rows[0]["account_key"]
    out = tmp_path / "d"
    words = ["--workspace", str(desk.workspace), "explain", account, "--reason", "a check", "--json"]
    assert leadline(words) == 0
    assert leadline(["--workspace", str(desk.workspace), "disclose", account, "--out", str(out), "--json"]) == 0
    key = json.loads(capsys.readouterr().out.splitlines()[-1])["sign_key"]
    told = json.loads(next((out / "runs").iterdir()).read_text(encoding="utf-8"))
    assert told["candidate"] == rows[0]
    assert json.loads((out / "read-by.json").read_text(encoding="utf-8"))[0]["reason"] == "a check"
    assert (out / "withheld.csv").read_text(encoding="utf-8").startswith("what,why,where it is")
    whole = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*") if path.is_file())
    assert not [row["account_key"] for row in rows[1:] if row["account_key"] in whole]
    check = [sys.executable, str(out / "verify.py"), "--key", key]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    (out / "weights.csv").write_bytes(b"other")
    assert subprocess.run(check, capture_output=True, check=False).returncode == 4


def test_a_disclosure_holds_what_bears_on_the_account_besides_its_own_facts(desk: Desk, tmp_path: Path) -> None:
    rows = [as_json(row) for row in rows_of(select_candidates(open_run(desk.workspace)))]
    account, other = rows[0]["account_key"], rows[1]["account_key"]
    out = tmp_path / "d"
    note = {"at": "2026-11-28T00:00:00Z", "text": f"seen with {other}, not with {account}", "by": "ana"}
    disclose(desk.workspace, account, out, desk={"notes.json": [note]})
    told = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")}
    assert told["notes.json"] == [
        {"at": "2026-11-28T00:00:00Z", "text": f"seen with another account, not with {account}", "by": "an officer"}
    ]
    assert [one["answer"] for one in told["questions.json"]] == [
        rows[0]["jurisdiction"] or "abstained",
        rows[0]["holder_certainty"],
        rows[0]["score"],
        rows[0]["evidence_expires"],
    ]
    no = [one["check"] for one in rows[0]["doubts"] if one["state"] == "no"]
    assert [one["check"] for one in told["no-match.json"]["answered_no"]] == no
    assert told["no-match.json"]["never_answered"] == rows[0]["unknowns"]
    (tables,), (rejects,) = told["tables.json"], told["rejects.json"]
    assert tables["addresses"]
    assert rejects.keys() == {"tip", "refused_lines", "naming_the_account"}
    assert told["rulings.json"] == []
    assert "Jurisdictions" in (out / "error-rates.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See anna.", "See another account."),
        ("(anna): twice", "(another account): twice"),
        ("'Ünï cødé', then a|b", "'another account', then another account"),
        ("x@mail.example wrote", "another account wrote"),
        ("anna-1 is the account's own, annabel is nobody's", "anna-1 is the account's own, annabel is nobody's"),
        ("anna-12", "another account-12"),
    ],
)
def test_nobody_else_is_named_whatever_a_key_looks_like_and_whatever_stands_beside_it(text: str, shown: str) -> None:
    others = Others("anna-1", ("anna", "anna-1", "Ünï cødé", "a|b", "x@mail.example"))
    assert others.text(text) == shown
    assert others.named_in(text) is (shown != text)


def test_what_persons_said_of_the_holder_is_told_with_the_reason_and_other_peoples_mailboxes_are_not(
    desk: Desk, tmp_path: Path
) -> None:
    view = open_run(desk.workspace)
    candidates = [as_json(row)["account_key"] for row in rows_of(select_candidates(view))]
    with view.engine(AccountRecordRow) as engine:
        sql = "select r.account_key, r.email, r.phone from account_record as r where r.email <> '' and r.phone <> ''"
        records = {str(row["account_key"]): row for row in engine.rows(sql)}
    account = next(key for key in candidates if key in records)
    other = next(row for key, row in records.items() if key != account and row["email"] != records[account]["email"])
    text = f"{records[account]['email']} is not {other['email']}, nor {other['phone']}"
    categorise(desk.workspace, account, "witness", by="cleo", reason=text)
    disclose(desk.workspace, account, tmp_path / "d")
    (said,) = json.loads((tmp_path / "d" / "categories.json").read_text(encoding="utf-8"))
    assert said["category"] == "witness"
    assert said["reason"] == f"{records[account]['email']} is not another account, nor another account"
    assert "cleo" not in str(said)


def test_every_tip_of_the_agency_is_told_of_not_the_last_one_alone(desk: Desk, tmp_path: Path) -> None:
    view = open_run(desk.workspace)
    account = str(next(iter(rows_of(select_candidates(view))))["account_key"])
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "tip.toml").write_text(f'[tip]\nprovider = "{view.tip.provider}"\nreceived_at = 2019-09-21T02:15:00Z\n')
    (bundle / "inventory.csv").write_text("object_key,size\na1,10\n")
    lines = f"2019-03-01T10:00:00Z,240.1.0.1,{account},download,a1\nno instant,240.1.0.1,{account},download,a1\n"
    (bundle / "events.csv").write_text(f"accessed_at,remote_ip,account_key,action,object_key\n{lines}")
    second = receive(desk.workspace, bundle).manifest.tip
    run_tip(desk.workspace, parse_tip(second))
    disclose(desk.workspace, account, tmp_path / "d")
    told = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "d").glob("*.json")}
    assert len(list((tmp_path / "d" / "runs").iterdir())) == len(told["tables.json"]) == len(told["links.json"]) == 2
    named = {one["tip"]: len(one["naming_the_account"]) for one in told["rejects.json"]}
    assert named[second] == 1
    assert len(named) == 2


def test_the_error_rates_that_are_disclosed_are_those_of_the_page() -> None:
    page = Path(__file__).parents[2] / "docs" / "error-rates.md"
    assert files("leadline.dispatch").joinpath("error-rates.md").read_bytes() == page.read_bytes()


def test_an_agency_discloses_its_own_tips_alone(desk: Desk, tmp_path: Path) -> None:
    (account, *_) = [str(row["account_key"]) for row in rows_of(select_candidates(open_run(desk.workspace)))]
    with pytest.raises(WrongUsage, match="no run knows"):
        disclose(desk.workspace, account, tmp_path / "d", agency_name="police")


def test_an_account_that_no_run_knows_cannot_be_disclosed(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no run knows"):
        disclose(desk.workspace, "nobody", tmp_path / "d")
