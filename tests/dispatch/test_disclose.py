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
from leadline.errors import WrongUsage
from leadline.inquiry.candidates import as_json, rows_of, select_candidates
from leadline.inquiry.runs import open_run

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
    assert told["tables.json"]["addresses"]
    assert told["rejects.json"].keys() == {"refused_lines", "naming_the_account"}
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
