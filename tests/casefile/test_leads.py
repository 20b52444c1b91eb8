"""An analyst opens leads on a frozen selection; investigators work them; another agency finds nothing."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.actions.leads import (
    assign_lead,
    decline_candidates,
    merge_leads,
    note_on_lead,
    open_leads,
    override_level,
    set_aside,
    take_up,
)
from leadline.casefile.models import AuditEvent, Lead
from leadline.errors import Conflict, NotAllowed, NotThere, WrongUsage
from leadline.vocabulary.casework import Role
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


def _lead(staff: Staff, tip: Evidence, account: str = "") -> Lead:
    open_leads(tip.chosen(account or tip.accounts[0]), "the first of the list", actor=staff[Role.ANALYST])
    return Lead.scoped.visible_to(staff.admin).get(account_key=account or tip.accounts[0])


def _last(staff: Staff) -> AuditEvent:
    return AuditEvent.scoped.visible_to(staff.admin).order_by("-seq")[0]


def test_a_selection_is_frozen_with_its_digest_count_and_reason(police: Staff, tip: Evidence) -> None:
    selection = open_leads(tip.chosen(*tip.accounts[:3]), "highest three", actor=police[Role.ANALYST])
    text = "".join(f"{account}\n" for account in tip.accounts[:3])
    assert (selection.digest, selection.count) == (hashlib.sha256(text.encode()).hexdigest(), 3)
    leads = Lead.scoped.visible_to(police.admin)
    assert set(leads.values_list("account_key", flat=True)) == set(tip.accounts[:3])
    detail = json.loads(_last(police).detail)
    assert (detail["digest"], detail["reason"], detail["count"]) == (selection.digest, "highest three", 3)


def test_a_selection_that_is_not_the_one_shown_opens_nothing(police: Staff, tip: Evidence) -> None:
    with pytest.raises(Conflict):
        open_leads(tip.chosen(), "all", seen=tip.chosen(*tip.accounts[:2]).digest, actor=police[Role.ANALYST])
    assert not Lead.scoped.visible_to(police.admin).exists()


def test_an_account_has_one_lead_however_often_it_is_chosen(police: Staff, tip: Evidence) -> None:
    lead = _lead(police, tip)
    decline_candidates(tip.chosen(), "too little", actor=police[Role.ANALYST])
    assert Lead.scoped.visible_to(police.admin).count() == len(tip.accounts)
    assert Lead.scoped.visible_to(police.admin).get(pk=lead.pk).state == "open"


def test_another_agencys_run_and_an_account_of_no_run_are_not_there(
    police: Staff, tip: Evidence, their_tip: Evidence
) -> None:
    with pytest.raises(NotThere):
        open_leads(their_tip.chosen(), "a guess", actor=police[Role.ANALYST])
    with pytest.raises(NotThere):
        open_leads(tip.chosen("nobody"), "a guess", actor=police[Role.ANALYST])


def test_another_agencys_lead_reads_like_one_that_never_was(police: Staff, customs: Staff, tip: Evidence) -> None:
    lead = _lead(police, tip)
    errors = []
    for name in (lead.id, "L-00000000000000000000"):
        with pytest.raises(NotThere) as caught:
            note_on_lead(name, "hello", actor=customs[Role.ANALYST])
        errors.append(str(caught.value))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AGENCY_ADMIN, Role.EXAMINER])
def test_who_may_not_open_leads_does_not(police: Staff, tip: Evidence, role: Role) -> None:
    before = AuditEvent.scoped.visible_to(police.admin).count()
    with pytest.raises(NotAllowed):
        open_leads(tip.chosen(), "all", actor=police[role])
    assert AuditEvent.scoped.visible_to(police.admin).count() == before


def test_a_lead_is_set_aside_until_a_day_and_taken_up_again(police: Staff, tip: Evidence) -> None:
    lead, analyst = _lead(police, tip), police[Role.ANALYST]
    with pytest.raises(WrongUsage):
        set_aside(lead.id, "waiting", now().date(), actor=analyst)
    later = now().date() + timedelta(days=30)
    assert set_aside(lead.id, "waiting for the record holder", later, actor=analyst).look_again_on == later
    assert take_up(lead.id, "the answer came", actor=analyst).state == "open"
    assert Lead.scoped.visible_to(police.admin).get(pk=lead.pk).look_again_on is None


def test_the_other_team_may_write_a_note_but_not_decide(police: Staff, tip: Evidence) -> None:
    lead = _lead(police, tip)
    assign_lead(lead.id, to=police[Role.INVESTIGATOR].pk, actor=police[Role.MANAGER])
    note_on_lead(lead.id, "seen elsewhere", actor=police.neighbour)
    with pytest.raises(NotAllowed):
        override_level(lead.id, "low", "no", actor=police.neighbour)
    assert override_level(lead.id, "low", "old", actor=police[Role.INVESTIGATOR]).level_override == "low"


def test_a_merged_lead_names_where_the_work_goes_on(police: Staff, tip: Evidence) -> None:
    one, other = _lead(police, tip), _lead(police, tip, tip.accounts[1])
    merged = merge_leads(one.id, other.id, "one holder", actor=police[Role.ANALYST])
    assert (merged.state, merged.merged_into_id) == ("merged", other.id)
    with pytest.raises(Conflict):
        merge_leads(other.id, one.id, "back", actor=police[Role.ANALYST])


def test_the_audit_keeps_a_digest_of_a_note_and_not_its_words(police: Staff, tip: Evidence) -> None:
    lead = _lead(police, tip)
    note_on_lead(lead.id, "a free text about somebody", actor=police[Role.ANALYST])
    assert "somebody" not in _last(police).detail
    assert hashlib.sha256(b"a free text about somebody").hexdigest() in _last(police).detail
