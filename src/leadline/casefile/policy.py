"""Who may do what: `may(actor, verb, thing)`, pure, from one table; nothing else in the desk decides it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from leadline.errors import NotAllowed
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from leadline.casefile.models.base import Actor


class Verb(StrEnum):
    """Everything that a colleague can ask the desk to do."""

    CANDIDATE_READ = "candidate:read"
    TIP_READ = "tip:read"
    TIP_RECEIVE = "tip:receive"
    RUN_START = "run:start"
    TEXT_UNMASK = "text:unmask"
    EXPORT_MAKE = "export:make"
    JOB_READ = "job:read"
    OPERATION_OPEN = "operation:open"
    OPERATION_CLOSE = "operation:close"
    OPERATION_REOPEN = "operation:reopen"
    EXHIBIT_REGISTER = "exhibit:register"
    CUSTODY_RECORD = "custody:record"
    DEVICE_READ = "device:read"
    DEVICE_EXAMINE = "device:examine"
    CONTENTS_LOOK = "contents:look"
    ROWS_RELEASE = "rows:release"
    EXPOSURE_READ = "exposure:read"
    LEAD_READ = "lead:read"
    LEAD_OPEN = "lead:open"
    LEAD_DECLINE = "lead:decline"
    LEAD_ASSIGN = "lead:assign"
    LEAD_NOTE = "lead:note"
    LEAD_SET_ASIDE = "lead:set-aside"
    LEAD_TAKE_UP = "lead:take-up"
    LEAD_MERGE = "lead:merge"
    LEAD_OVERRIDE = "lead:override"
    PERSON_LINK = "person:link"
    RULING_MAKE = "ruling:make"
    RULING_SEAL = "ruling:seal"
    SAFEGUARDING_NOTICE = "safeguarding:notice"
    SAFEGUARDING_NOTIFY = "safeguarding:notify"
    CASE_READ = "case:read"
    CASE_OPEN = "case:open"
    CASE_NOTE = "case:note"
    CASE_CLOSE = "case:close"
    CASE_REOPEN = "case:reopen"
    TASK_ADD = "task:add"
    TASK_MOVE = "task:move"
    OUTCOME_RECORD = "outcome:record"
    REFERRAL_READ = "referral:read"
    REFERRAL_DRAFT = "referral:draft"
    REFERRAL_APPROVE = "referral:approve"
    REFERRAL_SEAL = "referral:seal"
    REFERRAL_FETCH = "referral:fetch"
    REFERRAL_MARK = "referral:mark"
    REFERRAL_OWN = "referral:own"
    REFERRAL_RECALL = "referral:recall"
    HOLD_PROPOSE = "hold:propose"
    HOLD_RELEASE = "hold:release"
    ACCOUNT_RETIRE = "account:retire"
    ACCOUNT_TAKE_OUT = "account:take-out"
    ACCOUNT_DISCLOSE = "account:disclose"
    RETURN_READ = "return:read"
    RETURN_IMPORT = "return:import"
    PARTNER_READ = "partner:read"
    PARTNER_CHANGE = "partner:change"
    PARTNER_CHECK = "partner:check"
    AUDIT_READ = "audit:read"
    MEMBER_READ = "member:read"
    MEMBER_CHANGE = "member:change"
    SETTINGS_READ = "settings:read"


class Thing(Protocol):
    """What a verb is about."""

    @property
    def agency_id(self) -> str: ...


_WORKING = frozenset({Role.ANALYST, Role.APPROVER, Role.INVESTIGATOR, Role.EXAMINER, Role.LIAISON, Role.MANAGER})
_LEADS = frozenset({Role.ANALYST, Role.INVESTIGATOR, Role.MANAGER})
_CASES = frozenset({Role.INVESTIGATOR, Role.MANAGER})
_APPROVING = frozenset({Role.APPROVER, Role.MANAGER})
_EVERYBODY = frozenset(Role)

ALLOWED: dict[Verb, frozenset[Role]] = {
    Verb.CANDIDATE_READ: _WORKING,
    Verb.TIP_READ: _WORKING | {Role.AUDITOR},
    Verb.TIP_RECEIVE: frozenset({Role.ANALYST}),
    Verb.RUN_START: frozenset({Role.ANALYST}),
    Verb.TEXT_UNMASK: frozenset({Role.ANALYST, Role.INVESTIGATOR, Role.EXAMINER}),
    Verb.EXPORT_MAKE: frozenset({Role.ANALYST, Role.INVESTIGATOR, Role.MANAGER}),
    Verb.JOB_READ: _WORKING | {Role.AUDITOR},
    Verb.OPERATION_OPEN: frozenset({Role.ANALYST, Role.MANAGER}),
    Verb.OPERATION_CLOSE: frozenset({Role.MANAGER}),
    Verb.OPERATION_REOPEN: frozenset({Role.MANAGER}),
    Verb.EXHIBIT_REGISTER: frozenset({Role.ANALYST, Role.EXAMINER, Role.INVESTIGATOR}),
    Verb.CUSTODY_RECORD: frozenset({Role.ANALYST, Role.EXAMINER, Role.INVESTIGATOR}),
    Verb.DEVICE_READ: frozenset({Role.EXAMINER, Role.INVESTIGATOR, Role.APPROVER, Role.MANAGER}),
    Verb.DEVICE_EXAMINE: frozenset({Role.EXAMINER}),
    Verb.CONTENTS_LOOK: frozenset({Role.EXAMINER}),
    Verb.ROWS_RELEASE: frozenset({Role.APPROVER, Role.MANAGER}),
    Verb.EXPOSURE_READ: frozenset({Role.MANAGER}),
    Verb.LEAD_READ: _WORKING,
    Verb.LEAD_OPEN: frozenset({Role.ANALYST, Role.MANAGER}),
    Verb.LEAD_DECLINE: frozenset({Role.ANALYST, Role.MANAGER}),
    Verb.LEAD_ASSIGN: frozenset({Role.ANALYST, Role.MANAGER}),
    Verb.LEAD_NOTE: _WORKING,
    Verb.LEAD_SET_ASIDE: _LEADS,
    Verb.LEAD_TAKE_UP: _LEADS,
    Verb.LEAD_MERGE: _LEADS,
    Verb.LEAD_OVERRIDE: _LEADS,
    Verb.PERSON_LINK: _LEADS,
    Verb.RULING_MAKE: frozenset({Role.ANALYST, Role.INVESTIGATOR}),
    Verb.RULING_SEAL: frozenset({Role.ANALYST}),
    Verb.SAFEGUARDING_NOTICE: _WORKING,
    Verb.SAFEGUARDING_NOTIFY: _WORKING,
    Verb.CASE_READ: _WORKING,
    Verb.CASE_OPEN: _CASES,
    Verb.CASE_NOTE: _WORKING,
    Verb.CASE_CLOSE: _CASES,
    Verb.CASE_REOPEN: frozenset({Role.MANAGER}),
    Verb.TASK_ADD: _CASES | {Role.EXAMINER},
    Verb.TASK_MOVE: _CASES | {Role.EXAMINER},
    Verb.OUTCOME_RECORD: _CASES,
    Verb.REFERRAL_READ: _WORKING,
    Verb.REFERRAL_DRAFT: frozenset({Role.ANALYST, Role.MANAGER}),
    Verb.REFERRAL_APPROVE: _APPROVING,
    Verb.REFERRAL_SEAL: _APPROVING | {Role.ANALYST},
    Verb.REFERRAL_FETCH: _APPROVING | {Role.ANALYST, Role.LIAISON},
    Verb.REFERRAL_MARK: frozenset({Role.ANALYST, Role.LIAISON, Role.MANAGER}),
    Verb.REFERRAL_OWN: _APPROVING | {Role.ANALYST, Role.LIAISON},
    Verb.REFERRAL_RECALL: _APPROVING | {Role.ANALYST, Role.LIAISON},
    Verb.HOLD_PROPOSE: _APPROVING | {Role.ANALYST, Role.LIAISON},
    Verb.HOLD_RELEASE: _APPROVING,
    Verb.ACCOUNT_RETIRE: _APPROVING | {Role.INVESTIGATOR, Role.LIAISON},
    Verb.ACCOUNT_TAKE_OUT: _APPROVING,
    Verb.ACCOUNT_DISCLOSE: frozenset({Role.INVESTIGATOR, Role.MANAGER}),
    Verb.RETURN_READ: _WORKING,
    Verb.RETURN_IMPORT: frozenset({Role.ANALYST, Role.LIAISON, Role.MANAGER}),
    Verb.PARTNER_READ: _WORKING | {Role.AUDITOR},
    Verb.PARTNER_CHANGE: frozenset({Role.LIAISON, Role.MANAGER}),
    Verb.PARTNER_CHECK: _APPROVING | {Role.LIAISON},
    Verb.AUDIT_READ: frozenset({Role.AUDITOR}),
    Verb.MEMBER_READ: frozenset({Role.AGENCY_ADMIN, Role.MANAGER, Role.AUDITOR}),
    Verb.MEMBER_CHANGE: frozenset({Role.AGENCY_ADMIN}),
    Verb.SETTINGS_READ: frozenset({Role.AGENCY_ADMIN, Role.MANAGER, Role.ANALYST}),
}
"""Which roles have which verb; a verb that is not here is nobody's."""

OF_THE_TEAM = frozenset(
    {
        Verb.LEAD_SET_ASIDE,
        Verb.LEAD_TAKE_UP,
        Verb.LEAD_MERGE,
        Verb.LEAD_OVERRIDE,
        Verb.PERSON_LINK,
        Verb.CASE_CLOSE,
        Verb.TASK_ADD,
        Verb.TASK_MOVE,
        Verb.OUTCOME_RECORD,
    }
)
"""Verbs that only the team which has the thing may carry out, or a manager. What no team has is everybody's."""


def may(actor: Actor, verb: Verb, thing: Thing | None = None) -> bool:
    """Whether the actor may carry out the verb on the thing; without a thing, on anything at all."""
    if not actor.is_active or not actor.held_roles & ALLOWED.get(verb, frozenset()):
        return False
    if thing is None:
        return True
    if thing.agency_id != actor.agency_id:
        return False
    return verb not in OF_THE_TEAM or Role.MANAGER in actor.held_roles or of_the_same_team(actor, thing)


def of_the_same_team(actor: Actor, thing: Thing) -> bool:
    """Whether the thing is the actor's team's, or no team's yet."""
    team = getattr(thing, "team_id", None)
    return team is None or team == actor.team_id


def permit(actor: Actor, verb: Verb, thing: Thing | None = None) -> None:
    """:class:`NotAllowed` unless the actor may."""
    if not may(actor, verb, thing):
        raise NotAllowed(
            f"{verb} is not among what your roles may do here.",
            advice="Ask a colleague whose role it is, or your agency's admin.",
        )
