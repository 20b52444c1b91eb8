"""Every verb tried by every role: who may, does; who may not is refused, changes nothing, and leaves no entry.

Each check is then taken away in turn, and the trial must notice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from leadline.casefile.actions import (
    agencies,
    cases,
    devices,
    exhibits,
    leads,
    operations,
    persons,
    rulings,
    safeguarding,
    searches,
)
from leadline.casefile.actions import jobs as asking
from leadline.casefile.devices import devices_folder
from leadline.casefile.models import AuditEvent, Case, Exhibit, Job, Lead, Operation, SafeguardingClock, Task
from leadline.casefile.policy import ALLOWED, OF_THE_TEAM, Verb, may
from leadline.errors import LeadlineError, NotAllowed
from leadline.vocabulary.casework import Role
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from leadline.casefile.models import Member
    from tests.desk_cast import Evidence, Staff


@dataclass
class World:
    """What the verbs are tried on."""

    staff: Staff
    tip: Evidence
    lead: Lead
    other: Lead
    case: Case
    task: Task
    clock: SafeguardingClock
    exhibit: Exhibit
    waiting: Job
    failed: Job
    operation: Operation


Trial = Callable[[World, "Member"], Any]
TRIALS: dict[str, tuple[Verb, Trial]] = {
    "open_leads": (Verb.LEAD_OPEN, lambda w, a: leads.open_leads(w.tip.chosen(), "why", actor=a)),
    "decline_candidates": (Verb.LEAD_DECLINE, lambda w, a: leads.decline_candidates(w.tip.chosen(), "why", actor=a)),
    "decline_lead": (Verb.LEAD_DECLINE, lambda w, a: leads.decline_lead(w.lead.id, "why", actor=a)),
    "set_aside": (
        Verb.LEAD_SET_ASIDE,
        lambda w, a: leads.set_aside(w.lead.id, "why", now().date() + timedelta(days=9), actor=a),
    ),
    "merge_leads": (Verb.LEAD_MERGE, lambda w, a: leads.merge_leads(w.lead.id, w.other.id, "why", actor=a)),
    "assign_lead": (Verb.LEAD_ASSIGN, lambda w, a: leads.assign_lead(w.lead.id, to=None, actor=a)),
    "assign_leads": (Verb.LEAD_ASSIGN, lambda w, a: leads.assign_leads([w.lead.id], to=None, actor=a)),
    "note_on_lead": (Verb.LEAD_NOTE, lambda w, a: leads.note_on_lead(w.lead.id, "text", actor=a)),
    "override_level": (Verb.LEAD_OVERRIDE, lambda w, a: leads.override_level(w.lead.id, "low", "why", actor=a)),
    "link_person": (Verb.PERSON_LINK, lambda w, a: persons.link_person(w.lead.id, "why", label="Holder 1", actor=a)),
    "notice_child_link": (
        Verb.SAFEGUARDING_NOTICE,
        lambda w, a: safeguarding.notice_child_link(w.lead.id, "why", actor=a),
    ),
    "notify_safeguarding": (
        Verb.SAFEGUARDING_NOTIFY,
        lambda w, a: safeguarding.notify_safeguarding(w.clock.id, "Service", actor=a),
    ),
    "open_operation": (Verb.OPERATION_OPEN, lambda w, a: operations.open_operation("Example", actor=a)),
    "close_operation": (
        Verb.OPERATION_CLOSE,
        lambda w, a: operations.close_operation(w.operation.id, "why", actor=a),
    ),
    "open_case": (Verb.CASE_OPEN, lambda w, a: cases.open_case("Example", [w.lead.id], actor=a)),
    "add_lead_to_case": (Verb.CASE_OPEN, lambda w, a: cases.add_lead_to_case(w.case.id, w.lead.id, actor=a)),
    "note_on_case": (Verb.CASE_NOTE, lambda w, a: cases.note_on_case(w.case.id, "text", actor=a)),
    "add_task": (Verb.TASK_ADD, lambda w, a: cases.add_task(w.case.id, "Step", actor=a)),
    "move_task": (Verb.TASK_MOVE, lambda w, a: cases.move_task(w.task.id, "completed", actor=a)),
    "record_outcome": (Verb.OUTCOME_RECORD, lambda w, a: cases.record_outcome(w.case.id, "arrest", actor=a)),
    "close_case": (Verb.CASE_CLOSE, lambda w, a: cases.close_case(w.case.id, "why", actor=a)),
    "register_exhibit": (Verb.EXHIBIT_REGISTER, lambda w, a: exhibits.register_exhibit("EX-2", actor=a)),
    "record_custody": (
        Verb.CUSTODY_RECORD,
        lambda w, a: exhibits.record_custody(w.exhibit.id, "checked", holder=a.pk, actor=a),
    ),
    "ask_examination": (
        Verb.DEVICE_EXAMINE,
        lambda w, a: devices.ask_examination(w.exhibit.id, "phone", "order 17", actor=a),
    ),
    "add_team": (Verb.MEMBER_CHANGE, lambda w, a: agencies.add_team("Third", actor=a)),
    "add_member": (
        Verb.MEMBER_CHANGE,
        lambda w, a: agencies.add_member("new", display_name="New", roles=["analyst"], password="x" * 12, actor=a),
    ),
    "change_roles": (
        Verb.MEMBER_CHANGE,
        lambda w, a: agencies.change_roles(w.staff.neighbour.pk, ["manager"], actor=a),
    ),
    "close_member": (Verb.MEMBER_CHANGE, lambda w, a: agencies.close_member(w.staff.neighbour.pk, "why", actor=a)),
    "ask_run": (Verb.RUN_START, lambda w, a: asking.ask_run(w.tip.tip, actor=a)),
    "ask_index": (Verb.RUN_START, lambda w, a: asking.ask_index(w.tip.run, actor=a)),
    "rule_on_pair": (
        Verb.RULING_MAKE,
        lambda w, a: rulings.rule_on_pair(w.lead.id, w.other.account_key, "same", "why", actor=a),
    ),
    "save_search": (Verb.LEAD_READ, lambda w, a: searches.save_search("leads", {}, "Mine", actor=a)),
    "cancel_job": (Verb.RUN_START, lambda w, a: asking.cancel_job(w.waiting.id, actor=a)),
    "ask_again": (Verb.RUN_START, lambda w, a: asking.ask_again(w.failed.id, actor=a)),
}


@pytest.fixture
def world(police: Staff, tip: Evidence) -> World:
    first, second, third = tip.accounts[:3]
    leads.open_leads(tip.chosen(first, second, third), "first", actor=police[Role.ANALYST])
    one, other, cased = (Lead.scoped.visible_to(police.admin).get(account_key=key) for key in (first, second, third))
    case = cases.open_case("Example", [cased.id], actor=police[Role.MANAGER])
    task = cases.add_task(case.id, "Step", actor=police[Role.MANAGER])
    clock = safeguarding.notice_child_link(other.id, "why", actor=police[Role.ANALYST])
    (devices_folder(police.admin) / "phone").mkdir(parents=True, exist_ok=True)
    exhibit = exhibits.register_exhibit("EX-1", actor=police[Role.ANALYST])
    waiting, failed = (asking.ask_index(tip.run, actor=police[Role.ANALYST]) for _ in range(2))
    asking.cancel_job(failed.id, actor=police[Role.ANALYST])
    operation = operations.open_operation("Example", actor=police[Role.MANAGER])
    return World(police, tip, one, other, case, task, clock, exhibit, waiting, failed, operation)


def _entries(world: World) -> int:
    return AuditEvent.scoped.visible_to(world.staff.admin).count()


def _refused(world: World, trial: Trial, role: Role) -> bool:
    try:
        trial(world, world.staff[role])
    except NotAllowed:
        return True
    except LeadlineError:
        return False
    return False


@pytest.mark.parametrize("name", TRIALS)
def test_who_may_not_is_refused_and_leaves_nothing(world: World, name: str) -> None:
    verb, trial = TRIALS[name]
    for role in Role:
        if role in ALLOWED[verb]:
            continue
        before = _entries(world)
        assert _refused(world, trial, role), role
        assert _entries(world) == before, role


@pytest.mark.parametrize("name", TRIALS)
def test_who_may_does_and_leaves_an_entry(world: World, name: str) -> None:
    verb, trial = TRIALS[name]
    role = min(ALLOWED[verb])
    if name == "close_case":
        plan = Task.scoped.visible_to(world.staff.admin).get(case=world.case, kind="welfare-plan")
        cases.move_task(plan.id, "completed", actor=world.staff[Role.MANAGER])
    before = _entries(world)
    trial(world, world.staff[role])
    assert _entries(world) > before


@pytest.mark.parametrize("name", TRIALS)
def test_a_check_that_is_taken_away_is_noticed(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verb, trial = TRIALS[name]
    for module in (
        agencies,
        asking,
        cases,
        devices,
        exhibits,
        leads,
        operations,
        persons,
        rulings,
        safeguarding,
        searches,
    ):
        monkeypatch.setattr(sys.modules[module.__name__], "permit", lambda *_: None)
    stranger = next(role for role in Role if role not in ALLOWED[verb])
    assert not _refused(world, trial, stranger)


@pytest.mark.parametrize("verb", sorted(OF_THE_TEAM))
def test_what_is_a_teams_is_not_anothers(world: World, verb: Verb) -> None:
    world.lead.team = world.staff.teams[0]
    if Role.INVESTIGATOR in ALLOWED[verb]:
        assert may(world.staff[Role.INVESTIGATOR], verb, world.lead)
        assert not may(world.staff.neighbour, verb, world.lead)
    assert may(world.staff[Role.MANAGER], verb, world.lead)


@pytest.mark.parametrize("verb", sorted(ALLOWED))
def test_no_verb_reaches_over_the_wall_or_through_a_closed_sign_in(world: World, customs: Staff, verb: Verb) -> None:
    for role in ALLOWED[verb]:
        assert not may(customs[role], verb, world.lead)
        closed = world.staff[role]
        closed.is_active = False
        assert not may(closed, verb)


def test_every_verb_is_somebodys() -> None:
    assert set(ALLOWED) == set(Verb)
    assert all(ALLOWED.values())
