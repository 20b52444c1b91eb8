"""At the desk a cleared account is taken out by two persons and a job; papers for the defence are written by a job."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from html import escape
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps

from leadline import jobs
from leadline.casefile.actions import retirements as verbs
from leadline.casefile.actions.jobs import ask_disclosure
from leadline.casefile.actions.safeguarding import notice_child_link
from leadline.casefile.models import AuditEvent, Lead, Retirement
from leadline.dispatch.disclosing import SCHEDULE
from leadline.dispatch.ledger import read_order, referral_of, referrals
from leadline.errors import ApprovalMissing, Conflict, NotAllowed
from leadline.inquiry.verify import verify
from leadline.stages.referral.order import Kind
from leadline.vocabulary.casework import Role
from tests.web.referred import Referring, refer_at

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse

    from tests.web.conftest import Desk

CUSTODIAN = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
ASKED = {"reason": "The partner cleared the holder of the tabby.", "custodian": CUSTODIAN}


@pytest.fixture
def at(desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Referring:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    return refer_at(desk, settings, tmp_path)


def lead_of(at: Referring, account: str) -> str:
    return Lead.scoped.visible_to(at.desk.police.admin).get(account_key=account).pk


def asked(at: Referring, lead: str, role: Role = Role.LIAISON) -> str:
    answer = at.as_(role).post(f"/leads/{lead}/retire/", ASKED)
    assert answer.status_code == 302, answer.content.decode()
    assert jobs.work_once()
    return str(answer.headers["Location"].split("/")[2])


def untold(answer: HttpResponse) -> str:
    """The page without the token of its forms, which is another one each time."""
    return re.sub(r'value="\w{64}"', "", answer.content.decode())


def named(at: Referring, word: str) -> list[str]:
    """Where a word stands: files of the workspace, and rows of the desk."""
    files = [path for path in at.workspace.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]
    rows = [
        f"{model.__name__} {row}"
        for model in apps.get_app_config("casefile").get_models()
        if hasattr(model, "scoped")
        for row in model.scoped.visible_to(at.desk.police.admin).values()
        if word in str(row)
    ]
    return [str(path) for path in files] + rows


def test_two_persons_take_an_account_out_once_its_recipients_were_told(at: Referring) -> None:
    gone = at.sealed()
    account = read_order(at.workspace, referral_of(at.workspace, gone)).items[0].account
    lead = lead_of(at, account)
    notice_child_link(lead, "A child with a tabby.", actor=at.desk.police[Role.ANALYST])
    ask_disclosure(lead, "The case of the tabby.", actor=at.desk.police[Role.MANAGER])
    assert jobs.work_once()
    assert at.as_(Role.LIAISON).post(f"/leads/{lead}/retire/", {**ASKED, "custodian": "age1no"}).status_code == 400
    name = asked(at, lead)
    with pytest.raises(Conflict):
        verbs.ask_retirement(lead, "again", CUSTODIAN, actor=at.desk.police[Role.LIAISON])
    approver, manager = at.as_(Role.APPROVER), at.as_(Role.MANAGER)
    page = approver.get(f"/retirements/{name}/").content.decode()
    assert "the recipient has not been told" in page
    assert "1 cleared account to take out" in approver.get("/").content.decode()
    assert "cleared account" not in at.as_(Role.LIAISON).get("/").content.decode()
    assert approver.post(f"/retirements/{name}/agree/").status_code == 409
    (notice,) = [one for one in referrals(at.workspace).values() if one.first("kind") == Kind.CLEARED]
    assert notice.ref in page
    manager.post(f"/referrals/{notice.ref}/approve/", {"reason": "", "seal": "on"})
    assert jobs.work_once()
    assert (
        "Every recipient of a package with the account was told"
        in approver.get(f"/retirements/{name}/").content.decode()
    )
    assert account in approver.get(f"/retirements/{name}/agree/").content.decode()
    assert approver.post(f"/retirements/{name}/agree/").status_code == 302
    assert jobs.work_once()
    shown = manager.get(f"/retirements/{name}/").content.decode()
    assert "The tombstone" in shown
    assert named(at, account) == []
    assert named(at, "tabby") == []
    assert verify(at.workspace).faults == ()
    assert "Its account was taken out" in manager.get(f"/leads/{lead}/").content.decode()
    with pytest.raises(Conflict):
        verbs.ask_retirement(lead, "again", CUSTODIAN, actor=at.desk.police[Role.LIAISON])
    rows = AuditEvent.scoped.visible_to(at.desk.police.admin).filter(
        thing=lead, action__startswith="account:retirement:"
    )
    steps = [row.action.rpartition(":")[2] for row in rows.order_by("seq") if not row.action.endswith(":read")]
    assert steps == ["asked", "agreed", "begun", "done"]


def test_what_a_crash_left_half_done_is_finished_with_the_words_that_were_known_before(
    at: Referring, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = at.desk.evidence.accounts[-1]
    name = asked(at, lead_of(at, account))
    verbs.agree_retirement(name, actor=at.desk.police[Role.APPROVER])

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(verbs, "take_out", dies)
        assert jobs.work_once()
    row = Retirement.scoped.visible_to(at.desk.police.admin).get(pk=name)
    assert (row.state, bool(row.words)) == ("agreed", True)
    assert at.as_(Role.APPROVER).post(f"/jobs/{row.job_id}/again/").status_code == 302
    assert jobs.work_once()
    row.refresh_from_db(from_queryset=Retirement.scoped.visible_to(at.desk.police.admin))
    assert (row.state, row.words) == ("done", "")
    assert named(at, account) == []
    assert verify(at.workspace).faults == ()


def test_who_may_not_neither_asks_nor_agrees_and_another_agency_finds_nothing(at: Referring) -> None:
    lead = lead_of(at, at.desk.evidence.accounts[0])
    asking = {Role.APPROVER, Role.INVESTIGATOR, Role.LIAISON, Role.MANAGER}
    for role in set(Role) - asking:
        assert at.as_(role).post(f"/leads/{lead}/retire/", ASKED).status_code == 403, role
        with pytest.raises(NotAllowed):
            verbs.ask_retirement(lead, "why", CUSTODIAN, actor=at.desk.police[role])
    name = asked(at, lead, Role.MANAGER)
    with pytest.raises(ApprovalMissing):
        verbs.agree_retirement(name, actor=at.desk.police[Role.MANAGER])
    assert at.as_(Role.MANAGER).get(f"/retirements/{name}/agree/").status_code == 409
    for role in set(Role) - {Role.APPROVER, Role.MANAGER}:
        assert at.as_(role).post(f"/retirements/{name}/agree/").status_code == 403, role
        with pytest.raises(NotAllowed):
            verbs.agree_retirement(name, actor=at.desk.police[role])
    for role in set(Role) - asking:
        assert at.as_(role).get("/retirements/").status_code == 403, role
        assert at.as_(role).post(f"/retirements/{name}/decline/", {"reason": "x"}).status_code == 403, role
    outside = at.outside(Role.MANAGER)
    nowhere = untold(outside.get("/retirements/RT-00000000000000000000/"))
    for path in ("", "agree/"):
        assert untold(outside.get(f"/retirements/{name}/{path}")) == nowhere
    assert outside.post(f"/retirements/{name}/agree/").status_code == 404
    assert outside.post(f"/retirements/{name}/decline/", {"reason": "x"}).status_code == 404
    assert name not in outside.get("/retirements/").content.decode()
    assert at.as_(Role.MANAGER).post(f"/retirements/{name}/decline/", {"reason": "A mistake."}).status_code == 302
    assert Retirement.scoped.visible_to(at.desk.police.admin).get(pk=name).state == "declined"


def test_papers_for_the_defence_are_written_fetched_and_verified_and_the_schedule_is_read_first(
    at: Referring, tmp_path: Path
) -> None:
    account = at.desk.evidence.accounts[0]
    lead = lead_of(at, account)
    investigator = at.as_(Role.INVESTIGATOR)
    page = investigator.get(f"/leads/{lead}/disclose/").content.decode()
    assert all(escape(what) in page for what, _, _ in SCHEDULE)
    asked = investigator.post(f"/leads/{lead}/disclose/", {"reason": "Case 7."})
    job = str(asked.headers["Location"].split("/")[2])
    assert jobs.work_once()
    assert f"/jobs/{job}/file/" in investigator.get(f"/jobs/{job}/").content.decode()
    fetched = investigator.get(f"/jobs/{job}/file/")
    body = b"".join(fetched.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(body)) as papers:
        papers.extractall(tmp_path / "papers")
        key = json.loads(papers.read("manifest.json"))["sender"]["key"]
        assert b"Case 7." in papers.read("desk-read-by.json")
    verifier = [sys.executable, "-I", str(tmp_path / "papers" / "verify.py"), "--key", key]
    assert subprocess.run(verifier, check=False, capture_output=True).returncode == 0
    others = [key for key in at.desk.evidence.accounts if key != account]
    read = [path for path in (tmp_path / "papers").rglob("*") if path.is_file()]
    assert [path.name for path in read for key in others if key.encode() in path.read_bytes()] == []
    (kept,) = AuditEvent.scoped.visible_to(at.desk.police.admin).filter(action="account:papers:fetched")
    assert kept.thing == lead
    for role in set(Role) - {Role.INVESTIGATOR, Role.MANAGER}:
        assert at.as_(role).post(f"/leads/{lead}/disclose/", {"reason": "x"}).status_code == 403, role
        assert at.as_(role).get(f"/jobs/{job}/file/").status_code == 403, role
    outside = at.outside(Role.MANAGER)
    assert outside.get(f"/leads/{lead}/disclose/").status_code == 404
    assert outside.get(f"/jobs/{job}/file/").status_code == 404
