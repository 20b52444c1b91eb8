"""For deconfliction the desk says on which accounts its agencies work, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.leads import decline_lead, open_leads
from leadline.casefile.models import Lead
from leadline.casefile.queries.claims import claims_of_desks
from leadline.dispatch.deconflicting import Claim
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


def test_leads_at_work_of_every_agency_are_claims_and_declined_ones_are_not(
    police: Staff, customs: Staff, tip: Evidence, their_tip: Evidence
) -> None:
    open_leads(tip.chosen(*tip.accounts[:2]), "work", actor=police[Role.ANALYST])
    open_leads(their_tip.chosen(their_tip.accounts[0]), "work", actor=customs[Role.ANALYST])
    given_up = Lead.scoped.visible_to(police.admin).get(account_key=tip.accounts[1])
    decline_lead(given_up.id, "nothing in it", actor=police[Role.ANALYST])
    assert set(claims_of_desks()) == {
        Claim("police", "Example Cloud", tip.accounts[0]),
        Claim("customs", "Example Cloud", their_tip.accounts[0]),
    }
