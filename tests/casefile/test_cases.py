"""A case: its welfare plan before any approach, its safeguarding clock apart from everything, its outcome in counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.actions.cases import add_task, close_case, move_task, open_case, record_outcome, reopen_case
from leadline.casefile.actions.leads import open_leads
from leadline.casefile.actions.safeguarding import WITHIN, notice_child_link, notify_safeguarding
from leadline.casefile.models import AuditEvent, Case, Lead, Task
from leadline.errors import Conflict, NotAllowed, NotThere, WrongUsage
from leadline.vocabulary.casework import Role
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


@pytest.fixture
def lead(police: Staff, tip: Evidence) -> Lead:
    open_leads(tip.chosen(tip.accounts[0]), "first", actor=police[Role.ANALYST])
    return Lead.scoped.visible_to(police.admin).get()


@pytest.fixture
def case(police: Staff, lead: Lead) -> Case:
    return open_case("Example case", [lead.id], actor=police[Role.INVESTIGATOR])


def _plan(case: Case, staff: Staff) -> Task:
    return Task.scoped.visible_to(staff.admin).get(case=case, kind="welfare-plan")


def test_no_approach_begins_before_the_welfare_plan_is_completed(police: Staff, case: Case) -> None:
    investigator = police[Role.INVESTIGATOR]
    visit = add_task(case.id, "Visit", kind="approach", actor=investigator)
    with pytest.raises(Conflict, match="welfare plan"):
        move_task(visit.id, "in-progress", actor=investigator)
    move_task(_plan(case, police).id, "completed", actor=investigator)
    assert move_task(visit.id, "in-progress", actor=investigator).state == "in-progress"


def test_the_clock_runs_from_when_the_link_came_into_view(police: Staff, lead: Lead) -> None:
    seen = now() - timedelta(hours=30)
    clock = notice_child_link(lead.id, "an entry names a school", noticed_at=seen, actor=police[Role.ANALYST])
    assert clock.due_at == seen + WITHIN
    told = notify_safeguarding(clock.id, "Child protection", actor=police[Role.LIAISON])
    assert told.notified_at is not None
    assert told.notified_at > told.due_at
    with pytest.raises(Conflict):
        notify_safeguarding(clock.id, "Child protection", actor=police[Role.LIAISON])


def test_the_clock_waits_for_no_case_and_no_level(police: Staff, lead: Lead) -> None:
    assert notice_child_link(lead.id, "grounds", actor=police[Role.EXAMINER]).notified_at is None
    with pytest.raises(WrongUsage):
        notice_child_link(lead.id, "grounds", noticed_at=now() + timedelta(hours=1), actor=police[Role.EXAMINER])


def test_a_case_is_not_closed_over_a_running_clock_or_an_open_welfare_plan(
    police: Staff, lead: Lead, case: Case
) -> None:
    investigator = police[Role.INVESTIGATOR]
    clock = notice_child_link(lead.id, "grounds", actor=investigator)
    move_task(_plan(case, police).id, "completed", actor=investigator)
    with pytest.raises(Conflict, match="clock"):
        close_case(case.id, "done", actor=investigator)
    notify_safeguarding(clock.id, "Child protection", actor=investigator)
    move_task(_plan(case, police).id, "in-progress", actor=investigator)
    with pytest.raises(Conflict, match="required"):
        close_case(case.id, "done", actor=investigator)
    move_task(_plan(case, police).id, "completed", actor=investigator)
    assert close_case(case.id, "done", actor=investigator).stage == "closed"
    assert Lead.scoped.visible_to(police.admin).get().state == "closed"


def test_a_closed_case_is_reopened_by_a_manager_with_the_leads_that_were_closed_with_it(
    police: Staff, customs: Staff, lead: Lead, case: Case
) -> None:
    investigator, manager = police[Role.INVESTIGATOR], police[Role.MANAGER]
    with pytest.raises(Conflict, match="open"):
        reopen_case(case.id, "new facts", actor=manager)
    move_task(_plan(case, police).id, "completed", actor=investigator)
    close_case(case.id, "done", actor=investigator)
    with pytest.raises(NotAllowed):
        reopen_case(case.id, "new facts", actor=investigator)
    with pytest.raises(NotThere):
        reopen_case(case.id, "new facts", actor=customs[Role.MANAGER])
    with pytest.raises(WrongUsage):
        reopen_case(case.id, "  ", actor=manager)
    assert Case.scoped.visible_to(manager).get().stage == "closed"
    assert reopen_case(case.id, "new facts", actor=manager).stage == "open"
    assert Lead.scoped.visible_to(police.admin).get().state == "in-case"
    kept = AuditEvent.scoped.visible_to(police.admin).get(action="case:register:reopened")
    assert (kept.thing, "new facts" in kept.detail, lead.pk in kept.detail) == (case.pk, True, True)
    assert add_task(case.id, "Look again", actor=investigator).state == "not-started"


def test_children_are_a_count_and_unknown_is_not_zero(police: Staff, case: Case) -> None:
    investigator = police[Role.INVESTIGATOR]
    first = record_outcome(case.id, "arrest", persons=1, actor=investigator)
    assert first.children_safeguarded is None
    better = record_outcome(case.id, "arrest", persons=1, children_safeguarded=2, corrects=first.id, actor=investigator)
    assert better.children_safeguarded == 2
    with pytest.raises(Conflict):
        record_outcome(case.id, "arrest", persons=3, corrects=first.id, actor=investigator)
    with pytest.raises(WrongUsage):
        record_outcome(case.id, "arrest", children_safeguarded=-1, actor=investigator)


def test_another_agency_cannot_touch_the_case_or_put_its_lead_there(
    police: Staff, customs: Staff, case: Case, lead: Lead
) -> None:
    with pytest.raises(NotThere):
        record_outcome(case.id, "arrest", persons=1, actor=customs[Role.INVESTIGATOR])
    with pytest.raises(NotThere):
        open_case("Theirs", [lead.id], actor=customs[Role.INVESTIGATOR])
