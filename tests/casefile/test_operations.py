"""An operation is closed once nothing of its work stands any more, and then takes no new work on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.actions.cases import add_lead_to_case, close_case, move_task, open_case, reopen_case
from leadline.casefile.actions.leads import open_leads
from leadline.casefile.actions.operations import close_operation, open_operation, reopen_operation
from leadline.casefile.actions.safeguarding import notice_child_link, notify_safeguarding
from leadline.casefile.models import AuditEvent, Case, Lead, Operation, Task
from leadline.casefile.queries.registers import offered
from leadline.errors import Conflict, NotThere, WrongUsage
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


@pytest.fixture
def leads(police: Staff, tip: Evidence) -> list[str]:
    open_leads(tip.chosen(*tip.accounts[:2]), "first", actor=police[Role.ANALYST])
    return [lead.pk for lead in Lead.scoped.visible_to(police.admin).order_by("account_key")]


@pytest.fixture
def operation(police: Staff) -> Operation:
    return open_operation("One cache", actor=police[Role.MANAGER])


@pytest.fixture
def case(police: Staff, leads: list[str], operation: Operation) -> Case:
    return open_case("Example case", leads[:1], operation=operation.pk, actor=police[Role.MANAGER])


def ended(case: Case, staff: Staff) -> None:
    for task in Task.scoped.visible_to(staff.admin).filter(case=case, required=True):
        move_task(task.pk, "completed", actor=staff[Role.MANAGER])
    close_case(case.pk, "All looked at.", actor=staff[Role.MANAGER])


def last(staff: Staff) -> tuple[str, dict[str, object]]:
    row = AuditEvent.scoped.visible_to(staff.admin).order_by("-seq")[0]
    return row.action, json.loads(row.detail)


def test_an_open_case_its_leads_and_a_clock_hold_the_operation_open_and_are_counted(police: Staff, case: Case) -> None:
    manager, lead = police[Role.MANAGER], Lead.scoped.visible_to(police.admin).get(case=case)
    clock = notice_child_link(lead.pk, "an entry names a school", actor=manager)
    with pytest.raises(Conflict, match="1 open case, 1 lead at work, 1 safeguarding clock that runs"):
        close_operation(str(case.operation_id), "Done.", actor=manager)
    notify_safeguarding(clock.pk, "Child protection", actor=manager)
    ended(case, police)
    notice_child_link(lead.pk, "another entry", actor=manager)
    with pytest.raises(Conflict, match="under it: 1 safeguarding clock that runs"):
        close_operation(str(case.operation_id), "Done.", actor=manager)


def test_a_closed_operation_takes_no_case_and_no_lead_until_it_is_reopened(
    police: Staff, leads: list[str], case: Case, operation: Operation
) -> None:
    manager = police[Role.MANAGER]
    ended(case, police)
    assert close_operation(operation.pk, "All is answered.", actor=manager).closed_at
    assert last(police) == ("operation:register:closed", {"reason": "All is answered.", "unanswered": []})
    assert offered(actor=manager)["operation"] == []
    for work in (
        lambda: open_case("Another", leads[1:], operation=operation.pk, actor=manager),
        lambda: reopen_case(case.pk, "A new sign.", actor=manager),
        lambda: add_lead_to_case(case.pk, leads[1], actor=manager),
        lambda: close_operation(operation.pk, "Again.", actor=manager),
    ):
        with pytest.raises(Conflict):
            work()
    assert reopen_operation(operation.pk, "A new sign.", actor=manager).closed_at is None
    assert last(police)[1]["reason"] == "A new sign."
    reopen_case(case.pk, "A new sign.", actor=manager)
    open_case("Another", leads[1:], operation=operation.pk, actor=manager)
    with pytest.raises(Conflict):
        reopen_operation(operation.pk, "Again.", actor=manager)


def test_both_ask_for_a_reason_and_another_agency_finds_nothing(
    police: Staff, customs: Staff, operation: Operation
) -> None:
    with pytest.raises(WrongUsage):
        close_operation(operation.pk, " ", actor=police[Role.MANAGER])
    with pytest.raises(NotThere):
        close_operation(operation.pk, "Done.", actor=customs[Role.MANAGER])
    close_operation(operation.pk, "Done.", actor=police[Role.MANAGER])
    with pytest.raises(WrongUsage):
        reopen_operation(operation.pk, " ", actor=police[Role.MANAGER])
    with pytest.raises(NotThere):
        reopen_operation(operation.pk, "Why.", actor=customs[Role.MANAGER])
