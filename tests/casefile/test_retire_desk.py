"""An account that was taken out leaves the desk, too: leads, notes, lists, audit details, exports, and the file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from leadline.casefile.proof import verify_audit
from leadline.seal.log import Log
from tests.casefile.desk import Desk, make_desk

_FILL = """
from pathlib import Path
from datetime import date
from tests.desk_cast import staff_of, bundle_of, NETWORKS
from leadline.pipeline import run_tip
from leadline.reference.store import add_networks
from leadline.stages.intake.receive import receive
from leadline.vocabulary.identifiers import parse_tip
from leadline.vocabulary.casework import Role
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.leads import Chosen, note_on_lead, open_leads, set_aside
from leadline.casefile.actions.persons import link_person
from leadline.casefile.actions.tips import list_run
from leadline.casefile.models import Lead
workspace, folder = Path(sys.argv[1]), Path(sys.argv[2])
(folder / "n.csv").write_text(NETWORKS)
add_networks(workspace, folder / "n.csv", as_of=date(2019, 1, 1), name="registry", kind=None)
tip = receive(workspace, bundle_of(folder, "police"), agency="police").manifest.tip
run = run_tip(workspace, parse_tip(tip)).accounting.run
staff = staff_of("police")
analyst = staff[Role.ANALYST]
list_run(run, actor=analyst)
open_leads(Chosen(run, {"words": "police-3"}, ("police-3", "police-4")), "both are grave", actor=analyst)
for lead in Lead.scoped.visible_to(analyst):
    note_on_lead(lead.id, f"{lead.account_key} is somebody with a tabby", actor=analyst)
    link_person(lead.id, "same tabby", label=f"holder of {lead.account_key}", actor=staff[Role.INVESTIGATOR])
record_reading(analyst, "candidate:list:read", "", {"search": "police-3"})
record_reading(analyst, "candidate:list:read", "", {"search": "police-4"})
exports = workspace / "cache" / "exports"
exports.mkdir(parents=True)
(exports / "J-1.csv").write_text("account_key\\npolice-3\\n")
(exports / "J-2.csv").write_text("account_key\\npolice-4\\n")
"""


@pytest.fixture(scope="module")
def retired(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk at which two leads were worked on; the account of one was then taken out by the command."""
    folder = tmp_path_factory.mktemp("retired")
    desk = make_desk(folder, {**os.environ, "PYTHONPATH": str(Path.cwd())})
    desk.do(_FILL, str(folder))
    recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    words = ["retire", "police-3", "--custodian", recipient, "--by", "ana", "--with", "ben"]
    desk.do(f"from leadline.cli.main import run\nassert run(['--workspace', sys.argv[1], *{words!r}]) == 0")
    return desk


def test_nothing_at_the_desk_or_below_it_names_the_account_byte_for_byte(retired: Desk) -> None:
    there = [file for file in retired.workspace.rglob("*") if file.is_file()]
    assert [file.name for file in there if b"police-3" in file.read_bytes()] == []
    assert [file.name for file in there if file.parent.name == "exports"] == ["J-2.csv"]
    with sqlite3.connect(retired.database) as base:
        dump = "\n".join(base.iterdump())
    base.close()
    assert "police-3" not in dump
    assert dump.count("tabby") == 3, "the note, the reason and its audit about the other one are as they were"
    assert "police-4 is somebody with a tabby" in dump
    assert "holder of police-4" in dump


def test_the_lead_is_still_counted_and_the_list_is_what_the_facts_say(retired: Desk) -> None:
    with sqlite3.connect(retired.database) as base:
        assert base.execute("select count(*) from casefile_lead").fetchone() == (2,)
        assert base.execute("select count(*) from casefile_indexedcandidate").fetchone() == (4,)
        assert base.execute("select rows from casefile_indexedrun").fetchone() == (4,)
    base.close()


def test_the_audit_is_whole_and_says_what_was_erased(retired: Desk) -> None:
    verdict = verify_audit(retired.workspace)
    assert verdict.faults == ()
    erased = [entry for entry in Log.open(retired.workspace).entries() if entry.action == "audit:rows:erased"]
    assert [entry.numbers["rows"] for entry in erased] == [2]


@pytest.mark.parametrize(
    "change",
    [
        "update casefile_auditevent set detail = '{}' where detail like '%erased%' and thing = ''",
        "update casefile_auditevent set detail = '{}' where detail like '%\"police-4%'",
        "update casefile_auditevent set actor = 'somebody' where detail like '%erased%' and thing = ''",
        "delete from casefile_auditevent where detail like '%erased%' and thing = ''",
    ],
)
def test_a_row_that_was_erased_is_as_well_guarded_as_any_other(retired: Desk, change: str, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(retired.workspace, workspace)
    with sqlite3.connect(workspace / "desk" / "casefile.sqlite3") as base:
        assert base.execute(change).rowcount == 1
    base.close()
    assert verify_audit(workspace).faults
