"""Facts of the priority stage: ranked candidates with reasons and doubts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from leadline.facts.tables.base import Fact


@dataclass(frozen=True)
class Share:
    """A country and its share in thousandths."""

    code: str
    share: int


@dataclass(frozen=True)
class Reason:
    """Points that one factor gave, in thousandths, and the sentence that names its evidence."""

    factor: str
    points: int
    reason: str


@dataclass(frozen=True)
class Doubt:
    """One check of whether the account's holder did it: yes, no or unknown, and why."""

    check: str
    state: str
    reason: str


class CandidateRow(Fact):
    """One ranked account. Grain: account_key. See the contract, *A candidate*."""

    table = "candidate"
    key = ("rank",)
    bucket = "account_key"

    rank: int
    account_key: str
    provider: str
    level: str
    score: int
    start: int
    stage: str
    holder_certainty: str
    jurisdiction: str
    confidence: int
    jurisdictions: list[Share]
    holders: list[str]
    first_access: datetime
    last_access: datetime
    days_active: int
    objects_opened: int
    objects_downloaded: int
    objects_added: int
    new_objects_added: int
    attempts: int
    bytes: int
    reasons: list[Reason]
    caveats: list[str]
    doubts: list[Doubt]
    unknowns: list[str]
    next_check: str
    cluster: str | None
    evidence_expires: date | None
