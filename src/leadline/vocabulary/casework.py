"""Closed lists of the case file: roles, states and kinds of everything that people decide."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a colleague may do; one colleague may have several."""

    ANALYST = "analyst"
    APPROVER = "approver"
    INVESTIGATOR = "investigator"
    EXAMINER = "examiner"
    LIAISON = "liaison"
    MANAGER = "manager"
    AUDITOR = "auditor"
    AGENCY_ADMIN = "agency-admin"


class AgencyKind(StrEnum):
    """What an agency is, for its own people to recognise it by."""

    REGULATOR = "regulator"
    POLICE = "police"
    CUSTOMS = "customs"
    OTHER = "other"


class LeadState(StrEnum):
    """Where a lead stands. A candidate without a lead is nobody's decision yet."""

    OPEN = "open"
    SET_ASIDE = "set-aside"
    """For now: with a reason and a day on which to look again."""
    DECLINED = "declined"
    MERGED = "merged"
    """Worked on under another lead."""
    IN_CASE = "in-case"
    CLOSED = "closed"


class TaskState(StrEnum):
    """The five states of a task."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    LOOKED_AT = "looked-at-incomplete"
    COMPLETED = "completed"
    CANNOT_START = "cannot-start-yet"


class TaskKind(StrEnum):
    """What a task is for; some are required before a next step."""

    WELFARE_PLAN = "welfare-plan"
    """For the account holder; must be completed before any approach."""
    APPROACH = "approach"
    """Visit, search, arrest or interview: whatever the account holder notices."""
    INQUIRY = "inquiry"
    REVIEW = "review"
    OTHER = "other"


class CaseStage(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLOSED = "closed"


class OutcomeKind(StrEnum):
    """What came of a case or a lead."""

    ARREST = "arrest"
    CHARGE = "charge"
    CONVICTION = "conviction"
    WARNING = "warning"
    CHILD_SAFEGUARDED = "child-safeguarded"
    CLEARED = "cleared"
    """The account holder did not do it."""
    NO_FURTHER_ACTION = "no-further-action"
    REFERRED_ON = "referred-on"


class PairRuling(StrEnum):
    """What a colleague ruled on two accounts."""

    SAME = "same"
    NOT = "not"
    UNSURE = "unsure"


class JobKind(StrEnum):
    """What the worker can do."""

    RECEIVE = "receive"
    RUN = "run"
    INDEX = "index"
    EXPORT = "export"
    SEAL = "seal"
    """Packages for partners, of approved referrals."""
    EXAMINE = "examine"
    HAND_OVER = "hand-over"
    RETIRE = "retire"
    """Find what names a cleared account; once a second person agrees, take it out."""
    DISCLOSE = "disclose"
    """Papers for the defence."""


class RetirementState(StrEnum):
    """How far it is that a cleared account is taken out."""

    ASKED = "asked"
    """What has to go is being looked for."""
    FOUND = "found"
    """Known what has to go: a second person decides."""
    AGREED = "agreed"
    DONE = "done"
    DECLINED = "declined"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """A colleague called it off; what was sealed until then stays sealed."""


class SearchedList(StrEnum):
    """Lists whose state can be saved under a name."""

    CANDIDATES = "candidates"
    LEADS = "leads"


class CustodyKind(StrEnum):
    """What happened to an exhibit as a thing: who holds it, where it lies, whether it is whole."""

    TAKEN_IN = "taken-in"
    HANDED_OVER = "handed-over"
    CHECKED = "checked"
    RETURNED = "returned"


class Rehash(StrEnum):
    """What hashing an examined source again gave."""

    EQUAL = "equal"
    DIFFERENT = "different"
