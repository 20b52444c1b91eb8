"""From opened leads to a sealed package at the desk: two persons, one agency, an audit entry for each step."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from leadline.casefile import mending, referred
from leadline.casefile.actions import referrals as verbs
from leadline.casefile.building import Asked
from leadline.casefile.models import AuditEvent, Member
from leadline.dispatch.drafting import Wanted
from leadline.dispatch.following import mark
from leadline.dispatch.ledger import referral_of
from leadline.errors import ApprovalMissing, IntegrityBroken, NotAllowed
from leadline.reference.partners.register import Stated, add_partner
from leadline.seal.envelope import open_package
from leadline.vocabulary.casework import Role
from tests.web.referred import CLERK, USUAL, Referring, refer_at, seen_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.http import HttpResponse

    from tests.web.conftest import Desk


@pytest.fixture
def at(desk: Desk, settings: Any, tmp_path: Path) -> Referring:
    return refer_at(desk, settings, tmp_path)


@pytest.fixture(autouse=True)
def _no_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)


def state(at: Referring, ref: str) -> str:
    return referral_of(at.workspace, ref).state


def audited(at: Referring, ref: str) -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEvent.scoped.visible_to(at.desk.police.admin).filter(thing=ref).order_by("seq")
    return [(row.action, json.loads(row.detail)) for row in rows]


def test_leads_go_out_sealed_and_every_step_leaves_its_entry(at: Referring, tmp_path: Path) -> None:
    ref = at.sealed()
    assert state(at, ref) == "sealed"
    manager = at.as_(Role.MANAGER)
    page = manager.get(f"/referrals/{ref}/").content.decode()
    name = page.split(f"/referrals/{ref}/file/")[1].split("/")[0]
    fetched = manager.get(f"/referrals/{ref}/file/{name}/")
    body = b"".join(fetched.streaming_content)  # type: ignore[attr-defined]
    package = tmp_path / "p.age"
    package.write_bytes(body)
    partner = referral_of(at.workspace, ref).steps[0].facts["partner"]
    opened = open_package(package, [at.identities[partner]], tmp_path / "opened")
    assert opened.manifest["referral"] == ref
    verified = manager.post(f"/referrals/{ref}/verify/").content.decode()
    assert "it is what was sealed" in verified
    assert all(one["sha256"] in verified for one in opened.manifest["files"])
    at.as_(Role.LIAISON).post(f"/referrals/{ref}/do/mark/", {"step": "dispatched", "note": "By courier."})
    assert state(at, ref) == "dispatched"
    told = dict(audited(at, ref))
    digest = hashlib.sha256(body).hexdigest()
    assert told["referral:package:fetched"]["sha256"] == told["referral:package:sealed"]["sha256"] == digest
    steps = {step.action: step.at for step in referral_of(at.workspace, ref).steps}
    assert {action: told[action]["logged_at"] for action in steps} == steps


def test_the_drafter_does_not_approve_and_who_does_has_shown_the_second_factor_lately(at: Referring) -> None:
    ref = at.drafted(Role.MANAGER)
    manager = at.as_(Role.MANAGER)
    assert "/approve/" not in manager.get(f"/referrals/{ref}/").content.decode()
    assert manager.get(f"/referrals/{ref}/approve/").status_code == 409
    assert manager.post(f"/referrals/{ref}/approve/", {"reason": "", "seal": "on"}).status_code == 409
    with pytest.raises(ApprovalMissing):
        verbs.approve_referral(ref, "", actor=at.desk.police[Role.MANAGER])
    assert state(at, ref) == "drafted"
    approver = at.as_(Role.APPROVER)
    session = approver.session
    fresh = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{"method": "mfa", "at": 1.0}]
    session.save()
    asked = approver.post(f"/referrals/{ref}/approve/", {"reason": ""})
    assert asked.headers["Location"].startswith("/account/factor/reauthenticate/")
    assert state(at, ref) == "drafted"
    session["account_authentication_methods"] = fresh
    session.save()
    shown = approver.get(f"/referrals/{ref}/approve/").content.decode()
    assert "This leaves the building" in shown
    assert approver.post(f"/referrals/{ref}/approve/", {"reason": ""}).status_code == 302
    assert state(at, ref) == "approved"


def test_only_what_was_shown_is_drafted(at: Referring) -> None:
    client = at.as_(Role.ANALYST)
    seen = seen_in(client.get("/referrals/").content.decode())
    add_partner(at.workspace, Stated("AFP", threshold=1000), by=CLERK)
    add_partner(at.workspace, Stated("NZP", threshold=1000), by=CLERK)
    told = {"seen": seen, "tip": at.desk.evidence.tip, "group": ["AFP:AU", "NZP:NZ"], **USUAL}
    changed = client.post("/referrals/draft/", {**told, "tlp": "TLP:CLEAR"})
    assert changed.status_code == 409
    assert "No draft waits" in client.get("/referrals/", {"tab": "approve"}).content.decode()


def test_the_builder_says_who_stays_behind_and_refuses_a_marking_above_what_a_partner_may_have(at: Referring) -> None:
    client = at.as_(Role.ANALYST)
    page = client.get("/referrals/").content.decode()
    assert "no jurisdiction: the evidence does not carry one" in page
    above = client.get("/referrals/", {"tlp": "TLP:RED"})
    assert above.status_code == 422
    assert "marked above what its recipient may have" in above.content.decode()
    ref = at.drafted()
    again = client.get("/referrals/").content.decode()
    assert f"stands in {ref}, which is not sealed yet" in again


def test_a_draft_is_withdrawn_and_a_package_that_has_gone_is_recalled_by_another(at: Referring) -> None:
    ref = at.drafted()
    approver = at.as_(Role.APPROVER)
    approver.post(f"/referrals/{ref}/do/recall/", {"reason": "Wrong basis."})
    assert state(at, ref) == "withdrawn"
    gone = at.sealed()
    answer = approver.post(f"/referrals/{gone}/do/recall/", {"reason": "Wrong basis."})
    recall = answer.headers["Location"].split("/")[2]
    analyst = at.as_(Role.ANALYST)
    corrected = analyst.post(f"/referrals/{gone}/do/correct/", {"words": "Another run says it right."})
    correction = corrected.headers["Location"].split("/")[2]
    assert audited(at, correction)[0][1]["corrects"] == gone
    assert approver.post(f"/referrals/{gone}/do/correct/", {"words": "x"}).status_code == 403
    assert recall != gone
    assert audited(at, recall)[0][1]["recalls"] == gone
    assert recall in approver.get(f"/referrals/{gone}/").content.decode()


REFUSED: tuple[tuple[Callable[..., Any], set[Role]], ...] = (
    (lambda _, actor: verbs.draft_referrals(NOTHING, (), seen="", actor=actor), {Role.ANALYST, Role.MANAGER}),
    (lambda ref, actor: verbs.approve_referral(ref, "", actor=actor), {Role.APPROVER, Role.MANAGER}),
    (
        lambda ref, actor: verbs.recall_referral(ref, "why", actor=actor),
        {Role.ANALYST, Role.APPROVER, Role.LIAISON, Role.MANAGER},
    ),
    (
        lambda ref, actor: verbs.own_silence(ref, "", actor=actor),
        {Role.ANALYST, Role.APPROVER, Role.LIAISON, Role.MANAGER},
    ),
)
NOTHING = Asked("T-none", Wanted())


def test_each_verb_refuses_the_wrong_role_and_leaves_nothing(at: Referring) -> None:
    ref = at.drafted()
    before = len(audited(at, ref))
    for verb, roles in REFUSED:
        for role in set(Role) - roles:
            with pytest.raises(NotAllowed):
                verb(ref, actor=at.desk.police[role])
    for role in set(Role) - {Role.ANALYST, Role.APPROVER, Role.MANAGER}:
        assert at.as_(role).post("/referrals/seal/", {"chosen": [ref]}).status_code == 403, role
    for role in (Role.APPROVER, Role.EXAMINER, Role.INVESTIGATOR):
        told = {"step": "dispatched", "note": ""}
        assert at.as_(role).post(f"/referrals/{ref}/do/mark/", told).status_code == 403, role
    assert len(audited(at, ref)) == before
    assert state(at, ref) == "drafted"


def untold(answer: HttpResponse) -> str:
    """The page without the token of its forms, which is another one each time."""
    return re.sub(r'value="\w{64}"', "", answer.content.decode())


def test_another_agency_finds_no_referral_there(at: Referring) -> None:
    ref = at.sealed()
    outside = at.outside(Role.MANAGER)
    nowhere = untold(outside.get("/referrals/P-0000000000000000/"))
    for path in ("", "approve/", "letter/", "file/x.age/"):
        answer = outside.get(f"/referrals/{ref}/{path}")
        assert (answer.status_code, untold(answer)) == (404, nowhere), path
    for path, told in (
        ("verify/", {}),
        ("approve/", {"reason": ""}),
        ("do/mark/", {"step": "dispatched"}),
        ("do/own/", {}),
        ("do/recall/", {"reason": "x"}),
    ):
        assert outside.post(f"/referrals/{ref}/{path}", told).status_code == 404, path
    assert outside.post("/referrals/seal/", {"chosen": [ref]}).status_code == 404
    for tab in ("approve", "sealed", "received", "outcome"):
        assert ref not in outside.get("/referrals/", {"tab": tab}).content.decode()
    assert state(at, ref) == "sealed"


def test_one_agencys_damaged_order_is_its_own_to_suffer(at: Referring) -> None:
    ref = at.drafted()
    order = at.workspace / "exhibits" / "referrals" / f"{ref}.json"
    whole = order.read_bytes()
    outside = at.outside(Role.MANAGER)
    referred._kept.clear()  # what a process has read once it does not read again
    order.write_bytes(whole[:-1])
    for path in ("/", "/referrals/"):
        assert outside.get(path).status_code == 200, path
    with pytest.raises(IntegrityBroken):
        referred.referrals_of(at.desk.police[Role.MANAGER])
    order.write_bytes(whole)
    assert set(referred.referrals_of(at.desk.police[Role.MANAGER])) == {ref}


def test_a_step_that_stands_in_the_log_alone_gets_its_entry(at: Referring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "PATIENCE", timedelta())
    ref = at.sealed()
    assert mending.mend_all() == 2, "the register's two partners were added at the command line"
    mark(at.workspace, ref, "dispatched", by="cleo")
    manager: Member = at.desk.police[Role.MANAGER]

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(verbs, "_note", dies)
        with pytest.raises(RuntimeError):
            verbs.mark_referral(ref, "received", "", actor=manager)
    assert state(at, ref) == "received"
    assert mending.mend_all() == 2
    assert mending.mend_all() == 0
    told = dict(audited(at, ref))
    assert told["referral:package:dispatched"]["by"] == "cleo"
    assert told["referral:package:received"]["by"] == manager.login
