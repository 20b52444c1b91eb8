"""The register of partners at the desk: two persons for a key, on hold without assurance, and exposure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyrage
import pytest

from leadline.casefile.models import AuditEvent
from leadline.reference.partners.register import partners
from leadline.seal.dsse import fingerprint
from leadline.vocabulary.casework import Role
from tests.web.referred import FAR, Referring, refer_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Desk


@pytest.fixture
def at(desk: Desk, settings: Any, tmp_path: Path) -> Referring:
    return refer_at(desk, settings, tmp_path)


def newest(at: Referring) -> tuple[str, dict[str, Any]]:
    row = AuditEvent.scoped.visible_to(at.desk.police.admin).order_by("-seq")[0]
    return row.action, json.loads(row.detail)


def test_a_partner_is_on_hold_until_it_has_a_key_and_an_assessment_and_each_change_leaves_its_entry(
    at: Referring,
) -> None:
    liaison = at.as_(Role.LIAISON)
    assert liaison.post("/referrals/partners/add/", {"code": "rcmp"}).headers["Location"].endswith("/RCMP/")
    assert newest(at)[1]["code"] == "RCMP"
    page = liaison.get("/referrals/partners/RCMP/").content.decode()
    assert "On-hold: no key in force, no valid assurance" in page
    key = str(pyrage.x25519.Identity.generate().to_public())
    liaison.post("/referrals/partners/RCMP/do/key/", {"age_recipient": key, "valid_until": FAR})
    told = {"conditions": "No death penalty is sought.", "assurance_until": FAR}
    liaison.post("/referrals/partners/RCMP/do/assess/", told)
    partner = partners(at.workspace)["RCMP"]
    assert partner.assurance is not None
    assert partner.assurance.assessed_by == at.desk.police[Role.LIAISON].login
    assert newest(at)[1]["conditions"] == told["conditions"]
    page = liaison.get("/referrals/partners/RCMP/").content.decode()
    assert "One person alone has vouched for its key" in page


def test_who_added_a_key_does_not_compare_it_and_another_fingerprint_is_refused(at: Referring) -> None:
    liaison, approver = at.as_(Role.LIAISON), at.as_(Role.APPROVER)
    key = str(pyrage.x25519.Identity.generate().to_public())
    liaison.post("/referrals/partners/AFP/do/key/", {"age_recipient": key, "valid_until": FAR})
    told = {"fingerprint": fingerprint(key)}
    assert liaison.post("/referrals/partners/AFP/do/check/", told).status_code == 400
    assert approver.post("/referrals/partners/AFP/do/check/", {"fingerprint": "0" * 64}).status_code == 400
    assert approver.post("/referrals/partners/AFP/do/check/", told).status_code == 302
    assert newest(at)[0] == "partner:key:checked"
    held = partners(at.workspace)["AFP"].keys[-1]
    assert held.checked_by == (at.desk.police[Role.APPROVER].login,)


def test_a_revocation_shows_what_was_sealed_to_the_key_to_nobody_but_who_sealed_it(
    at: Referring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    ref = at.sealed()
    code = next(one for one in at.identities if ref in at.as_(Role.MANAGER).get(_page(one)).content.decode())
    answer = at.as_(Role.MANAGER).post(f"{_page(code)}do/revoke/", {"reason": "A laptop was stolen."})
    assert answer.headers["Location"].endswith("#exposure")
    page = at.as_(Role.MANAGER).get(_page(code)).content.decode()
    assert "may have read these packages" in page
    assert ref in page
    outside = at.outside(Role.MANAGER).get(_page(code)).content.decode()
    assert "revoked" in outside
    assert ref not in outside
    assert "was revoked" in at.as_(Role.MANAGER).get(f"/referrals/{ref}/").content.decode()


def _page(code: str) -> str:
    return f"/referrals/partners/{code}/"


def test_the_register_refuses_the_wrong_role_and_leaves_nothing(at: Referring) -> None:
    before = partners(at.workspace)
    for role in set(Role) - {Role.LIAISON, Role.MANAGER}:
        client = at.as_(role)
        assert client.post("/referrals/partners/add/", {"code": "RCMP"}).status_code == 403, role
        for name in ("key", "assess", "revoke", "change"):
            assert client.post(f"/referrals/partners/AFP/do/{name}/", {}).status_code == 403, (role, name)
    assert at.as_(Role.ANALYST).post("/referrals/partners/AFP/do/check/", {}).status_code == 403
    assert at.as_(Role.AGENCY_ADMIN).get("/referrals/partners/").status_code == 403
    assert at.as_(Role.LIAISON).get("/referrals/partners/NOBODY/").status_code == 404
    assert partners(at.workspace) == before
