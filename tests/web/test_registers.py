"""What a colleague decides on the desk: rulings and their way back, custody, operations, persons, work given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline import jobs
from leadline.casefile.actions.leads import assign_lead, open_leads
from leadline.casefile.actions.tips import list_run
from leadline.casefile.evidence import run_of, workspace
from leadline.casefile.models import AuditEvent, Case, Exhibit, Job, Lead, Operation, Person, Ruling, Tip
from leadline.inquiry.links import links_of
from leadline.pipeline import run_tip
from leadline.reference.rulings import current_rulings
from leadline.stages.intake.receive import receive
from leadline.vocabulary.casework import Role
from leadline.vocabulary.identifiers import parse_tip
from tests.desk_cast import Evidence, bundle_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Desk


@pytest.fixture(autouse=True)
def _no_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 3600)


def newest(desk: Desk) -> tuple[str, str]:
    last = AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")[0]
    return last.action, last.detail


@pytest.fixture
def own_tip(desk: Desk, tmp_path: Path) -> Evidence:
    """A tip of its own, for what is ruled on it changes every later run of it."""
    analyst, bundle = desk.police[Role.ANALYST], bundle_of(tmp_path, "police")
    with (bundle / "events.csv").open("a", encoding="utf-8") as events:
        events.write("2019-03-06T10:00:00Z,240.1.0.9,police-5,download,a1\n")
    tip = receive(workspace(), bundle, agency="police").manifest.tip
    run = run_tip(workspace(), parse_tip(tip)).accounting.run
    list_run(run, actor=analyst)
    return Evidence("police", tip, run, desk.evidence.accounts)


def test_a_ruling_is_sealed_and_the_next_run_hears_it(desk: Desk, own_tip: Evidence) -> None:
    analyst = desk.police[Role.ANALYST]
    open_leads(own_tip.chosen(own_tip.accounts[0]), "First look.", actor=analyst)
    lead = Lead.scoped.visible_to(analyst).get(tip=own_tip.tip).pk
    client, other = desk.as_(analyst), own_tip.accounts[3]
    told = {"other": other, "ruling": "same", "reason": "One telephone."}
    assert client.post(f"/leads/{lead}/rule/", told).status_code == 302
    assert "One telephone." in newest(desk)[1]
    page = client.get(f"/tips/{own_tip.tip}/rulings/").content.decode()
    assert "not sealed" in page
    assert "Seal them and run" in page
    client.post(f"/tips/{own_tip.tip}/rulings/seal/")
    (sealed,) = current_rulings(workspace(), parse_tip(own_tip.tip)).rulings
    row = Ruling.scoped.visible_to(analyst).get()
    assert (sealed.by, sealed.source, sealed.ruling) == ("analyst@police", f"casefile:{row.pk}", "same")
    assert jobs.work_once()
    run = Tip.scoped.visible_to(analyst).get(tip=own_tip.tip).current_run
    assert run != own_tip.run
    (heard,) = links_of(run_of(analyst, run), other)["rulings"]
    assert (heard["ruled_by"], heard["state"]) == ("analyst@police", "holds")
    assert client.post(f"/tips/{own_tip.tip}/rulings/seal/").status_code == 409


def test_a_ruling_needs_a_reason_two_accounts_of_the_tip_and_the_right_role(desk: Desk) -> None:
    client, other = desk.as_(desk.police[Role.ANALYST]), desk.evidence.accounts[3]
    own = Lead.scoped.visible_to(desk.police.admin).get(pk=desk.lead).account_key
    for change in ({"reason": ""}, {"other": own}, {"ruling": "maybe"}):
        told = {"other": other, "ruling": "same", "reason": "One telephone.", **change}
        assert client.post(f"/leads/{desk.lead}/rule/", told).status_code == 400, change
    told = {"other": "customs-1", "ruling": "same", "reason": "One telephone."}
    assert client.post(f"/leads/{desk.lead}/rule/", told).status_code == 404
    liaison = desk.as_(desk.police[Role.LIAISON])
    assert liaison.post(f"/leads/{desk.lead}/rule/", {**told, "other": other}).status_code == 403
    assert liaison.post(f"/tips/{desk.evidence.tip}/rulings/seal/").status_code == 403
    assert not Ruling.scoped.visible_to(desk.police.admin).exists()


def test_an_exhibit_is_taken_in_and_handed_over(desk: Desk) -> None:
    examiner, analyst = desk.police[Role.EXAMINER], desk.police[Role.ANALYST]
    client = desk.as_(examiner)
    row = Tip.scoped.visible_to(examiner).get(tip=desk.evidence.tip)
    place = client.post("/exhibits/add/", {"number": "EX 7", "tip": row.pk, "place": "Store"}).headers["Location"]
    told = {"kind": "handed-over", "holder": analyst.pk, "place": "Desk 4", "remark": "Seal whole."}
    assert client.post(place, told).status_code == 302
    page = client.get(place).content.decode()
    for said in ("EX 7", "Taken in", "Handed over", "held by The analyst", "Desk 4", "Seal whole."):
        assert said in page
    assert newest(desk)[0] == "exhibit:custody:handed-over"
    assert "The analyst" in client.get("/exhibits/").content.decode()
    assert desk.as_(desk.police[Role.MANAGER]).post(place, told).status_code == 403
    assert desk.as_(desk.customs[Role.EXAMINER]).get(place).status_code == 404
    assert client.post("/exhibits/add/", {"number": "EX 7"}).status_code == 409
    assert Exhibit.scoped.visible_to(desk.police.admin).count() == 1


def test_a_case_stands_under_an_operation_and_takes_a_lead_in(desk: Desk) -> None:
    manager = desk.as_(desk.police[Role.MANAGER])
    manager.post("/operations/", {"name": "Example cache"})
    operation = Operation.scoped.visible_to(desk.police.admin).get(name="Example cache")
    assert desk.as_(desk.police[Role.LIAISON]).post("/operations/", {"name": "x"}).status_code == 403
    manager.post(f"/leads/{desk.lead}/do/case/", {"title": "Second case", "operation": operation.pk})
    case = Case.scoped.visible_to(desk.police.admin).get(title="Second case")
    assert case.operation == operation
    assert "Second case" in manager.get(f"/cases/?operation={operation.pk}").content.decode()
    assert "One account" not in manager.get(f"/cases/?operation={operation.pk}").content.decode()


def test_a_lead_is_brought_into_a_case_that_is_there(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.MANAGER])
    assert (
        client.post(f"/leads/{desk.lead}/do/into-case/", {"case": desk.case})
        .headers["Location"]
        .endswith(f"/cases/{desk.case}/")
    )
    assert Lead.scoped.visible_to(desk.police.admin).get(pk=desk.lead).case_id == desk.case
    assert client.post(f"/leads/{desk.lead}/do/into-case/", {"case": "C-00000000000000000000"}).status_code == 400


def test_two_leads_are_linked_to_one_person_who_has_a_page(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.MANAGER])
    client.post(f"/leads/{desk.lead}/do/person/", {"label": "File 12", "reason": "Subscriber of the line."})
    person = Person.scoped.visible_to(desk.police.admin).get()
    client.post(f"/leads/{desk.in_case}/do/person/", {"person": person.pk, "reason": "The same line."})
    page = client.get(f"/persons/{person.pk}/").content.decode()
    for said in ("File 12", "Subscriber of the line.", "The same line."):
        assert said in page
    assert newest(desk)[0] == "person:page:read"
    told = {"person": person.pk, "label": "Another", "reason": "Both."}
    assert client.post(f"/leads/{desk.lead}/do/person/", told).status_code == 400
    assert desk.as_(desk.customs[Role.MANAGER]).get(f"/persons/{person.pk}/").status_code == 404
    assert Person.scoped.visible_to(desk.police.admin).count() == 1


def test_ticked_leads_are_given_together_or_not_at_all(desk: Desk) -> None:
    analyst, to = desk.police[Role.ANALYST], desk.police[Role.INVESTIGATOR]
    client = desk.as_(analyst)
    told = {"chosen": [desk.lead, desk.in_case], "to": to.pk}
    page = client.get("/leads/assign/", told).content.decode()
    assert "2 leads" in page
    assert client.post("/leads/assign/", told).headers["Location"] == "/leads/"
    leads = Lead.scoped.visible_to(analyst)
    assert set(leads.values_list("assignee", flat=True)) == {to.pk}
    assign_lead(desk.lead, to=None, actor=analyst)
    assert client.post("/leads/assign/", {**told, "chosen": [desk.lead, "L-" + "0" * 20]}).status_code == 404
    assert leads.get(pk=desk.lead).assignee_id is None
    assert client.post("/leads/assign/", {"to": to.pk}).status_code == 400
    assert desk.as_(to).post("/leads/assign/", told).status_code == 403
    assert not Job.scoped.visible_to(analyst).exists()
