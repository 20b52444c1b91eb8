"""What partners send back at the desk: shown first, imported with a second click, told on lead, case and Today."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile

from leadline.casefile import mending
from leadline.casefile.actions.returns import RETURN_KEY
from leadline.casefile.models import AuditEvent, Lead
from leadline.dispatch import following
from leadline.dispatch.ledger import DRAFTED, SEALED, read_order, referral_of, referrals, write_order
from leadline.dispatch.stated import imported
from leadline.reference.partners.register import Stated, add_partner
from leadline.seal.dsse import key_text
from leadline.seal.log import Log
from leadline.stages.referral.order import Kind
from leadline.vocabulary.casework import Role
from leadline.vocabulary.returns import COLUMNS
from tests.desk_cast import evidence_of
from tests.web.referred import CLERK, Referring, refer_at

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse

    from tests.desk_cast import Evidence
    from tests.web.conftest import Desk

ARREST = {"outcome": "arrest", "arrests": "1", "children_safeguarded": "2", "position_of_trust": "yes"}
Back = tuple[Referring, str]


@pytest.fixture
def back(desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Back:
    """A package that has gone."""
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    at = refer_at(desk, settings, tmp_path)
    return at, at.sealed()


def form(back: Back, *rows: dict[str, str]) -> bytes:
    """A filled form: the first rows are the package's leads, in their order; more are of leads that never went out."""
    at, ref = back
    order = read_order(at.workspace, referral_of(at.workspace, ref))
    named = [{"lead": item.lead, "check": item.check} for item in order.items]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, restval="")
    writer.writeheader()
    for place, row in enumerate(rows):
        writer.writerow({**(named[place] if place < len(named) else {"lead": f"P-none-{place}", "check": "AA"}), **row})
    return stream.getvalue().encode()


def looked(back: Back, data: bytes, role: Role = Role.LIAISON, signature: bytes = b"") -> HttpResponse:
    files = {"file": sent(data), **({"signature": sent(signature)} if signature else {})}
    return back[0].as_(role).post("/referrals/returns/look/", files)


def sent(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("form.csv", data)


def hidden(answer: HttpResponse) -> dict[str, str]:
    page = answer.content.decode()
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("held", "signature", "seen")}


def audited(back: Back) -> list[str]:
    rows = AuditEvent.scoped.visible_to(back[0].desk.police.admin).order_by("seq")
    return [row.action for row in rows]


def test_a_form_is_shown_row_by_row_and_imported_with_a_second_click_by_its_agency_alone(back: Back) -> None:
    at, ref = back
    shown = looked(back, form(back, ARREST, {"outcome": "arrest"}, {"outcome": "arrest"}, {"outcome": "arrest"}))
    page = shown.content.decode()
    assert "no lead of this name went out to this partner" in page
    assert "Not signed" in page
    assert not imported(at.workspace)
    assert at.as_(Role.LIAISON).post("/referrals/returns/import/", {**hidden(shown), "seen": "0"}).status_code == 409
    assert at.as_(Role.LIAISON).post("/referrals/returns/import/", hidden(shown)).status_code == 302
    taken = imported(at.workspace)
    outside = at.outside(Role.LIAISON).post("/referrals/returns/look/", {"file": sent(form(back, ARREST))})
    assert "no lead of this name went out to this partner" in outside.content.decode()
    assert "There is nothing to import" in outside.content.decode()
    told = AuditEvent.scoped.visible_to(at.desk.police.admin).filter(thing=ref, action="referral:return:imported")
    (step,) = [one for one in referral_of(at.workspace, ref).steps if one.action == "referral:return:imported"]
    assert json.loads(told[0].detail)["logged_at"] == step.at
    assert "partner" not in json.loads(told[0].detail)
    rows = at.as_(Role.LIAISON).get("/referrals/returns/", {"what": "children_safeguarded"}).content.decode()
    assert taken[0]["lead"] in rows
    assert "1 lead" in rows


def test_what_came_back_stands_on_the_lead_and_on_today_with_a_link_to_its_rows(back: Back) -> None:
    at, ref = back
    at.as_(Role.LIAISON).post("/referrals/returns/import/", hidden(looked(back, form(back, ARREST))))
    account = read_order(at.workspace, referral_of(at.workspace, ref)).items[0].account
    lead = Lead.scoped.visible_to(at.desk.police.admin).get(account_key=account)
    page = at.as_(Role.MANAGER).get(f"/leads/{lead.pk}/").content.decode()
    assert f"/referrals/{ref}/" in page
    assert "children safeguarded 2" in page
    today = at.as_(Role.MANAGER).get("/").content.decode()
    assert "/referrals/returns/?what=children_safeguarded" in today
    outside = at.outside(Role.MANAGER)
    assert "children_safeguarded" in outside.get("/").content.decode()
    assert account not in outside.get("/referrals/returns/").content.decode()


def test_a_cleared_holder_has_a_notice_drafted_which_a_second_person_must_approve(back: Back) -> None:
    at, ref = back
    at.as_(Role.LIAISON).post("/referrals/returns/import/", hidden(looked(back, form(back, {"outcome": "cleared"}))))
    assert audited(back)[-2:] == ["referral:return:imported", "referral:order:drafted"]
    (notice,) = [one for one in referrals(at.workspace).values() if one.steps[0].facts.get("kind") == Kind.CLEARED]
    assert notice.state == "drafted"
    assert notice.ref in at.as_(Role.MANAGER).get(f"/referrals/{ref}/").content.decode()


def test_another_agencys_recipients_of_a_cleared_account_are_told_by_that_agency_alone(
    desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    monkeypatch.setattr(mending, "PATIENCE", timedelta())
    theirs = evidence_of("customs")
    at = refer_at(desk, settings, tmp_path)
    ours = at.sealed()
    their_package = also_sent_by_customs(at, ours, theirs)
    shown = looked((at, ours), form((at, ours), {"outcome": "cleared"}))
    at.as_(Role.LIAISON).post("/referrals/returns/import/", hidden(shown))
    about = {one.first("about"): one for one in referrals(at.workspace).values() if one.first("about")}
    assert set(about) == {ours, their_package}
    mending.mend_all()
    inside, outside = at.as_(Role.MANAGER), at.outside(Role.MANAGER)
    for own, foreign, client in ((ours, their_package, inside), (their_package, ours, outside)):
        assert about[own].ref in client.get("/referrals/", {"tab": "approve"}).content.decode()
        assert client.get(f"/referrals/{about[foreign].ref}/").status_code == 404
    rows = AuditEvent.scoped.visible_to(at.desk.customs.admin).filter(thing=about[their_package].ref)
    assert [row.action for row in rows] == ["referral:order:drafted"]
    assert (
        at.desk.police[Role.LIAISON].login
        not in outside.get(f"/referrals/{about[their_package].ref}/").content.decode()
    )


def also_sent_by_customs(at: Referring, ref: str, theirs: Evidence) -> str:
    """A package of customs with the first account of ours that has gone; its name."""
    order = read_order(at.workspace, referral_of(at.workspace, ref))
    name = "P-00000000000000cc"
    items = (replace(order.items[0], lead=f"{name}-00001"),)
    sent_by_them = replace(
        order, referral=name, run=theirs.run, tip=theirs.tip, sender="CUSTOMS", leads=items, to_verify=(), left_out=()
    )
    log, facts = Log.open(at.workspace), {"by": "cara@customs", "agency": "customs", "partner": order.partner}
    write_order(log, sent_by_them, action=DRAFTED, facts={**facts, "kind": str(order.kind)})
    log.append(SEALED, subject=name, numbers={"sequence": 1, "bytes": 1}, payload={"by": "cara@customs"})
    return name


def test_a_sealed_and_signed_form_is_opened_and_a_strangers_signature_refused(back: Back) -> None:
    at, ref = back
    partner = str(referral_of(at.workspace, ref).steps[0].facts["partner"])
    signing, ours = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
    add_partner(at.workspace, Stated(partner, sign_key=key_text(signing.public_key())), by=CLERK)
    data = form(back, ARREST)
    sealed = pyrage.encrypt(data, [ours.to_public()])
    assert looked(back, sealed).status_code == 422
    (at.workspace / RETURN_KEY).write_text(f"{ours}\n")
    shown = looked(back, sealed, signature=signing.sign(data)).content.decode()
    assert f"Signed by the key of <strong>{partner}</strong>" in shown
    assert looked(back, sealed, signature=Ed25519PrivateKey.generate().sign(data)).status_code == 500


def test_importing_refuses_the_wrong_role(desk: Desk) -> None:
    for role in set(Role) - {Role.ANALYST, Role.LIAISON, Role.MANAGER}:
        client = desk.as_(desk.police[role])
        assert client.post("/referrals/returns/look/", {"file": sent(b"x")}).status_code == 403, role
        assert client.post("/referrals/returns/import/", {}).status_code == 403, role


def test_silence_stands_on_today_until_it_is_taken_and_drafts_for_whoever_may_approve_them(
    back: Back, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, ref = back
    assert "I take this" not in at.as_(Role.LIAISON).get("/").content.decode()
    monkeypatch.setattr(following, "SEND_WITHIN", timedelta())
    page = at.as_(Role.LIAISON).get("/").content.decode()
    assert "I take this" in page
    assert f"/referrals/{ref}/" in page
    assert ref not in at.outside(Role.LIAISON).get("/").content.decode()
    at.as_(Role.LIAISON).post(f"/referrals/{ref}/do/own/", {"note": ""})
    assert audited(back)[-1] == "referral:alarm:owned"
    taken = at.as_(Role.MANAGER).get("/").content.decode()
    assert at.desk.police[Role.LIAISON].login in taken
    assert "I take this" not in taken
    at.as_(Role.MANAGER).post(f"/referrals/{ref}/do/recall/", {"reason": "Wrong basis."})
    assert "1 referral to approve" in at.as_(Role.APPROVER).get("/").content.decode()
    for role in (Role.MANAGER, Role.ANALYST):
        assert "to approve" not in at.as_(role).get("/").content.decode()
