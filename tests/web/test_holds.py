"""A package that another agency's claim holds up: two persons at the desk, and what either agency sees of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from leadline.casefile.actions import referrals as verbs
from leadline.casefile.models import AuditEvent
from leadline.dispatch.deconflicting import Claim
from leadline.dispatch.ledger import referral_of
from leadline.errors import ApprovalMissing, NotAllowed
from leadline.vocabulary.casework import Role
from tests.desk_cast import evidence_of
from tests.web.referred import Referring, refer_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Desk

AGREED = {"agreed": ["customs"], "reason": "They interview first."}


@pytest.fixture
def held(desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Referring, str]:
    """An approved referral that could not be sealed, for customs works on its accounts."""
    from leadline import jobs

    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    evidence_of("customs")
    at = refer_at(desk, settings, tmp_path)
    claims = [Claim("customs", "Example Cloud", account) for account in desk.evidence.accounts]
    monkeypatch.setattr(verbs, "claims_of_desks", lambda: claims)
    ref = at.drafted()
    at.as_(Role.MANAGER).post(f"/referrals/{ref}/approve/", {"reason": "Seen.", "seal": "on"})
    assert jobs.work_once()
    assert referral_of(at.workspace, ref).state == "approved"
    return at, ref


def test_one_person_says_what_was_agreed_and_another_releases(held: tuple[Referring, str]) -> None:
    at, ref = held
    approver, manager = at.as_(Role.APPROVER), at.as_(Role.MANAGER)
    assert "Held: customs has a claim" in manager.get(f"/referrals/{ref}/").content.decode()
    assert approver.get(f"/referrals/{ref}/release/").status_code == 409
    asking = at.as_(Role.ANALYST).get(f"/referrals/{ref}/agreed/").content.decode()
    assert asking.count('name="agreed"') == asking.count("</fieldset>") == asking.count("<fieldset") == 1
    assert approver.post(f"/referrals/{ref}/agreed/", {**AGREED, "agreed": []}).status_code == 400
    assert approver.post(f"/referrals/{ref}/agreed/", AGREED).status_code == 302
    assert "/release/" not in approver.get(f"/referrals/{ref}/").content.decode()
    for method in (approver.get, approver.post):
        assert method(f"/referrals/{ref}/release/").status_code == 409
    with pytest.raises(ApprovalMissing):
        verbs.release_referral(ref, actor=at.desk.police[Role.APPROVER])
    assert "They interview first." in manager.get(f"/referrals/{ref}/release/").content.decode()
    assert manager.post(f"/referrals/{ref}/release/").status_code == 302
    assert "Held:" not in manager.get(f"/referrals/{ref}/").content.decode()
    rows = AuditEvent.scoped.visible_to(at.desk.police.admin).filter(thing=ref, action__startswith="referral:hold:")
    assert [row.action for row in rows.order_by("seq")] == ["referral:hold:proposed", "referral:hold:released"]


def test_a_release_is_only_for_whoever_may_and_shown_a_second_factor_lately(held: tuple[Referring, str]) -> None:
    at, ref = held
    for role in set(Role) - {Role.ANALYST, Role.APPROVER, Role.LIAISON, Role.MANAGER}:
        assert at.as_(role).post(f"/referrals/{ref}/agreed/", AGREED).status_code == 403, role
        with pytest.raises(NotAllowed):
            verbs.propose_release(ref, ["customs"], "why", actor=at.desk.police[role])
    at.as_(Role.MANAGER).post(f"/referrals/{ref}/agreed/", AGREED)
    for role in set(Role) - {Role.APPROVER, Role.MANAGER}:
        assert at.as_(role).post(f"/referrals/{ref}/release/").status_code == 403, role
        with pytest.raises(NotAllowed):
            verbs.release_referral(ref, actor=at.desk.police[role])
    approver = at.as_(Role.APPROVER)
    session = approver.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 1.0}]
    session.save()
    assert "reauthenticate" in approver.post(f"/referrals/{ref}/release/").headers["Location"]
    assert "hold:released" not in {step.action for step in referral_of(at.workspace, ref).steps}


def test_the_other_agency_sees_on_today_that_a_package_waits_and_no_more(held: tuple[Referring, str]) -> None:
    at, ref = held
    outside = at.outside(Role.MANAGER)
    today = outside.get("/").content.decode()
    assert "A package of police is held" in today
    assert ref not in today
    assert at.desk.police[Role.ANALYST].login not in today
    assert "is held" not in at.as_(Role.MANAGER).get("/").content.decode()
    nowhere = outside.get("/referrals/P-0000000000000000/").content.decode()
    for path in ("agreed/", "release/"):
        for method in (outside.get, outside.post):
            answer = method(f"/referrals/{ref}/{path}")
            assert answer.status_code == 404, path
            assert re.sub(r'value="\w{64}"', "", answer.content.decode()) == re.sub(r'value="\w{64}"', "", nowhere)
    at.as_(Role.ANALYST).post(f"/referrals/{ref}/do/recall/", {"reason": "Wrong basis."})
    assert "is held" not in outside.get("/").content.decode()
