"""What the desk has on an account goes to the defence: leads, notes, reasons, and who read it, without names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.leads import note_on_lead, open_leads
from leadline.casefile.models import Lead
from leadline.casefile.queries.disclosure import desk_papers
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


def test_notes_reasons_and_readers_of_one_agency_are_told_and_nobody_is_named(
    police: Staff, customs: Staff, tip: Evidence
) -> None:
    analyst, (account, other, *_) = police[Role.ANALYST], tip.accounts
    open_leads(tip.chosen(account, other), "the first two", actor=analyst)
    for lead in Lead.scoped.visible_to(analyst):
        note_on_lead(lead.id, f"about {lead.account_key}", actor=analyst)
    told = desk_papers(account, "police")
    assert [one["opened_because"] for one in told["leads.json"]] == ["the first two"]
    assert [(one["role"], one["text"]) for one in told["notes.json"]] == [("analyst", f"about {account}")]
    assert [one["action"] for one in told["desk-read-by.json"]] == ["lead:note:written"]
    assert analyst.display_name not in str(told)
    assert told["leads.json"][0]["not_here"] == {"safeguarding_notices": 0, "persons_linked": 0}
    assert desk_papers(account, "customs")["notes.json"] == []
    assert desk_papers(account, "nobody") == {}
