"""From an answer to the next run: stages move, and an earlier tip is met again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from leadline.cli.main import run
from tests.answers.world import named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.answers.world import Desk


def test_an_answer_moves_the_stage_and_explain_shows_it(desk: Desk) -> None:
    row = desk.requests()["240.1.0.5"][0]
    desk.answers("nz.csv", [named(row, "C-1", subscriber_name="Tav Rasko")])
    desk.says("run")
    assert {key: row["stage"] for key, row in desk.candidates().items()} == {
        "anna": "S2", "bert": "S1", "carl": "S0", "dora": "S0",
    }  # fmt: skip
    told = desk.explain("anna")
    assert (told["enforcement"]["state"], told["answers"][0]["subscriber"]) == ("one-source", "C-1")
    assert [stage["stage"] for stage in told["stages"]] == ["S0", "S1", "S2", "S3"]
    assert "unknown, which is not no" in desk.says("explain", "anna")


def test_accounts_identifiers_and_objects_of_an_earlier_tip_are_met_again(desk: Desk, prepared: Path) -> None:
    bundle = desk.folder / "second"
    shutil.copytree(prepared / "bundle", bundle)
    (bundle / "tip.toml").write_text((bundle / "tip.toml").read_text().replace("ESP-0042", "ESP-0043"))
    accounts = "account_key,email,phone\nanna,tav.rasko@mail.example,\ndora,b.two@mail.example,\n"
    (bundle / "accounts.csv").write_text(accounts)
    before = desk.candidates()["anna"]["score"]
    where = ("--workspace", str(desk.workspace))
    assert run(["receive", str(bundle), "--json", *where]) == 0
    tips = [line for line in desk.says("receive", str(bundle), "--json").splitlines() if line.startswith("{")]
    desk.says("run", json.loads(tips[0])["tip"])
    anna, dora = desk.explain("anna"), desk.explain("dora")
    assert {row["what"] for row in anna["met_before"]} == {"account", "email", "objects"}
    assert {(row["what"], row["earlier_account"]) for row in dora["met_before"]} == {
        ("account", "dora"), ("email", "bert"), ("objects", ""),
    }  # fmt: skip
    assert anna["candidate"]["score"] == before + 100
    assert any("earlier tip ESP-0042" in sentence for sentence in anna["stages"][1]["what_is_known"])
    assert "earlier-tips" not in anna["candidate"]["unknowns"]
