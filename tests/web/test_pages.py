"""Each page works for its roles in few queries, refuses the others, and leaves its entry in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadline.casefile.models import AuditEvent, Lead
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from tests.web.conftest import Desk

WORKING = {Role.ANALYST, Role.APPROVER, Role.INVESTIGATOR, Role.EXAMINER, Role.LIAISON, Role.MANAGER}
TAKING_OUT = {Role.APPROVER, Role.INVESTIGATOR, Role.LIAISON, Role.MANAGER}
EVERYBODY = frozenset(Role)
MOST_QUERIES = 8
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "select set_config('leadline.agency'")
"""Not the page's own: transactions, and PostgreSQL's wall, which says itself again inside a test's transaction only."""


@dataclass(frozen=True)
class Page:
    """An address, who may open it, what it must say, and the entry that it leaves."""

    address: str
    roles: frozenset[Role] | set[Role]
    says: str
    leaves: str = ""


PAGES = (
    Page("/", EVERYBODY, "Today"),
    Page("/tips/", WORKING | {Role.AUDITOR}, "ESP-police"),
    Page("/tips/receive/", {Role.ANALYST}, "Intake folder of your agency"),
    Page("/tips/{tip}/", WORKING | {Role.AUDITOR}, "Accounting of run", "tip:page:read"),
    Page("/tips/{tip}/rejects/", WORKING | {Role.AUDITOR}, "refused line"),
    Page("/tips/{tip}/cache/", WORKING | {Role.AUDITOR}, "Origin of the cache", "tip:cache:read"),
    Page("/tips/{tip}/cache/added/", WORKING, "Who added objects", "tip:added:read"),
    Page("/candidates/", WORKING, "police-5", "candidate:list:read"),
    Page("/candidates/{candidate}/", WORKING, "What is known by stage", "candidate:page:read"),
    Page("/candidates/{candidate}/lines/", WORKING, "all relevant accesses", "candidate:lines:read"),
    Page("/leads/", WORKING, "police-5", "lead:list:read"),
    Page("/leads/{lead}/", WORKING, "What speaks against", "lead:page:read"),
    Page("/leads/{lead}/lines/", WORKING, "Source lines of", "lead:lines:read"),
    Page("/leads/{lead}/history/", WORKING, "History", "lead:history:read"),
    Page("/leads/{lead}/retire/", TAKING_OUT, "Who cleared the holder"),
    Page("/leads/{lead}/disclose/", {Role.INVESTIGATOR, Role.MANAGER}, "What is withheld", "account:schedule:read"),
    Page("/retirements/", TAKING_OUT, "Accounts taken out", "account:retirements:read"),
    Page("/tips/{tip}/rulings/", WORKING, "Rulings on accounts", "tip:rulings:read"),
    Page("/persons/", WORKING, "Whom leads may concern", "person:list:read"),
    Page("/searches/", WORKING, "Saved searches"),
    Page("/exhibits/", WORKING | {Role.AUDITOR}, "Register of exhibits"),
    Page("/exhibits/add/", {Role.ANALYST, Role.EXAMINER, Role.INVESTIGATOR}, "seal number"),
    Page("/operations/", WORKING, "A name for the work on one cache"),
    Page("/operations/{operation}/", WORKING, "Packages that are out", "operation:page:read"),
    Page("/cases/", WORKING, "One account", "case:list:read"),
    Page("/cases/{case}/", {Role.MANAGER, Role.INVESTIGATOR}, "Welfare plan", "case:page:read"),
    Page(
        "/cases/{case}/outcomes/", {Role.MANAGER, Role.INVESTIGATOR}, "No outcome is recorded yet", "case:outcomes:read"
    ),
    Page("/cases/{case}/history/", {Role.MANAGER, Role.INVESTIGATOR}, "History", "case:history:read"),
    Page("/cases/{case}/outcome/", {Role.MANAGER, Role.INVESTIGATOR}, "Children safeguarded"),
    Page("/referrals/?tab=approve", WORKING, "To approve", "referral:list:read"),
    Page("/referrals/partners/", WORKING | {Role.AUDITOR}, "Partners", "partner:list:read"),
    Page("/referrals/returns/", WORKING, "Leads answered", "return:list:read"),
    Page("/devices/", {Role.EXAMINER, Role.INVESTIGATOR, Role.APPROVER, Role.MANAGER}, "Devices", "exhibit:list:read"),
    Page("/devices/exposure/", {Role.MANAGER}, "Exposure of the staff", "exposure:ledger:read"),
    Page("/audit/", {Role.AUDITOR}, "End of the chain", "audit:list:read"),
    Page("/audit/verify/", {Role.AUDITOR}, "Verify now"),
    Page("/jobs/", WORKING | {Role.AUDITOR}, "Jobs"),
    Page("/settings/", {Role.ANALYST, Role.MANAGER, Role.AGENCY_ADMIN, Role.AUDITOR}, "What decides results"),
    Page("/settings/people/", {Role.MANAGER, Role.AGENCY_ADMIN, Role.AUDITOR}, "Teams"),
    Page("/settings/people/add/", {Role.AGENCY_ADMIN}, "First password"),
    Page("/settings/tables/", {Role.ANALYST, Role.MANAGER, Role.AGENCY_ADMIN}, "registry"),
    Page("/settings/weights/", {Role.ANALYST, Role.MANAGER, Role.AGENCY_ADMIN}, "Added objects"),
    Page("/help/scores/", EVERYBODY, "no probability and no measure of guilt"),
)


def address(desk: Desk, page: Page) -> str:
    return page.address.format(
        tip=desk.evidence.tip, candidate=desk.candidate, lead=desk.lead, case=desk.case, operation=desk.operation
    )


def newest(desk: Desk) -> str:
    return AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")[0].action


def test_every_page_works_for_its_roles_and_leaves_its_entry(desk: Desk) -> None:
    for page in PAGES:
        member = desk.police[max(page.roles)]
        client = desk.as_(member)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address(desk, page))
        assert answer.status_code == 200, page
        assert page.says in answer.content.decode(), page
        queries = [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(NOT_COUNTED)]
        assert len(queries) <= MOST_QUERIES, (page.address, queries)
        assert not page.leaves or newest(desk) == page.leaves


def test_every_page_refuses_the_wrong_role(desk: Desk) -> None:
    for role in Role:
        client = desk.as_(desk.police[role])
        for page in PAGES:
            if role not in page.roles:
                assert client.get(address(desk, page)).status_code == 403, (role, page.address)


def test_another_agency_finds_nothing_there(desk: Desk) -> None:
    client = desk.as_(desk.customs[Role.MANAGER])
    for page in PAGES:
        if "{" in page.address:
            assert client.get(address(desk, page)).status_code == 404, page
    assert "police-5" not in client.get("/candidates/").content.decode()


def test_nobody_goes_on_without_a_sign_in_or_a_second_factor(desk: Desk) -> None:
    assert Client().get("/leads/").headers["Location"].startswith("/account/sign-in/")
    client = Client()
    client.force_login(desk.police[Role.ANALYST], backend="leadline.web.adapters.SignIn")
    assert client.get("/leads/").headers["Location"] == "/account/factor/totp/activate/"


def test_another_teams_lead_is_read_only_with_a_reason_which_the_audit_keeps(desk: Desk) -> None:
    client = desk.as_(desk.police.neighbour)
    asked = client.get(f"/cases/{desk.case}/")
    assert asked.status_code == 403
    assert "Say why" in asked.content.decode()
    client.post("/reading/", {"next": f"/cases/{desk.case}/", "reason": "Same device as in ours."})
    assert client.get(f"/cases/{desk.case}/").status_code == 200
    last = AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")[0]
    assert (last.action, "Same device" in last.detail) == ("case:page:read", True)


def test_object_names_are_masked_until_asked_and_the_asking_is_kept(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.ANALYST])
    page = client.get(f"/candidates/{desk.candidate}/lines/").content.decode()
    assert ">a2<" not in page
    shown = client.post(f"/candidates/{desk.candidate}/text/", {"what": "lines", "which": "all"}).content.decode()
    assert ">a2<" in shown
    assert newest(desk) == "evidence:text:unmasked"
    assert desk.as_(desk.police[Role.MANAGER]).post(f"/candidates/{desk.candidate}/text/").status_code == 403


def test_the_whole_list_is_shown_with_its_digest_before_leads_are_opened(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.ANALYST])
    told = {"run": desk.evidence.run, "everything": "1", "decision": "open", "reason": "All of them."}
    confirm = client.post("/candidates/decide/", told)
    seen = desk.evidence.chosen().digest
    assert seen in confirm.content.decode()
    assert client.post("/candidates/decide/", {**told, "seen": "0" * 64}).status_code == 409
    assert client.post("/candidates/decide/", {**told, "seen": seen}).status_code == 302
    assert Lead.scoped.visible_to(desk.police.admin).count() == len(desk.evidence.accounts)


def test_a_request_with_nul_is_refused_wherever_it_stands(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.ANALYST])
    for address in ("/leads/?q=a%00b", "/leads/?team=%00", "/candidates/?tip=%00", "/?%00=1"):
        assert client.get(address).status_code == 400, address
    assert client.post("/candidates/decide/", {"run": "R\0", "reason": "x"}).status_code == 400


@pytest.mark.parametrize("header", ["Content-Security-Policy", "Cache-Control", "X-Frame-Options"])
def test_every_answer_carries_its_headers(desk: Desk, header: str) -> None:
    value = desk.as_(desk.police[Role.ANALYST]).get("/candidates/").headers[header]
    assert value
    assert "unsafe" not in value


def test_a_group_of_boxes_is_shown_once_under_its_name(desk: Desk) -> None:
    page = desk.as_(desk.police.admin).get("/settings/people/add/").content.decode()
    assert page.count('value="analyst"') == 1
    assert '<legend class="govuk-fieldset__legend">Roles</legend>' in page
