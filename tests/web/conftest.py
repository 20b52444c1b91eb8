"""A desk with people, evidence and some work: two agencies, one of them with a tip, a lead and a case."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from leadline.casefile.actions.cases import open_case
from leadline.casefile.actions.leads import open_leads
from leadline.casefile.actions.tips import list_run
from leadline.casefile.models import IndexedCandidate, Lead
from leadline.vocabulary.casework import Role
from tests.desk_cast import evidence_of, staff_of

if TYPE_CHECKING:
    from leadline.casefile.models import Member
    from tests.desk_cast import Evidence, Staff


@dataclass(frozen=True)
class Desk:
    """What pages are about: names of rows, and who asks."""

    police: Staff
    customs: Staff
    evidence: Evidence
    candidate: str
    lead: str
    in_case: str
    case: str

    def as_(self, member: Member) -> Client:
        """A browser in which the colleague has signed in with a second factor."""
        client = Client()
        client.force_login(member, backend="leadline.web.adapters.SignIn")
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
        return client


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    police, customs = staff_of("police"), staff_of("customs", "customs")
    evidence = evidence_of("police")
    analyst = police[Role.ANALYST]
    list_run(evidence.run, actor=analyst)
    open_leads(evidence.chosen(*evidence.accounts[:2]), "First look.", actor=analyst)
    rows = {lead.account_key: lead.pk for lead in Lead.scoped.visible_to(analyst)}
    case = open_case("One account", [rows[evidence.accounts[1]]], actor=police[Role.INVESTIGATOR])
    first = IndexedCandidate.scoped.visible_to(analyst).order_by("rank")[0].pk
    return Desk(police, customs, evidence, first, rows[evidence.accounts[0]], rows[evidence.accounts[1]], case.pk)
