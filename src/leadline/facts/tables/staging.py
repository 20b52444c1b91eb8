"""Facts of staged priority: what each stage knows, the clocks that run, and who is named by independent sources."""

from __future__ import annotations

from datetime import date

from leadline.facts.tables.base import Fact


class StageRow(Fact):
    """What one stage says of one account. Grain: (account_key, stage). Every account has all four stages."""

    table = "stage"
    key = ("account_key", "stage")
    bucket = "account_key"

    account_key: str
    stage: str
    """S0 log, S1 records and links, S2 answers and returned checks, S3 a device's result."""
    reached: bool
    """Whether anything of this stage is known."""
    what_is_known: list[str]
    what_is_unknown: list[str]
    """Words for what nobody has said yet; never to be read as no."""
    next_check: str
    """The next best check of this stage; empty where it has none."""


class ClockRow(Fact):
    """The clocks that run for one account. Grain: account_key. A level's clock is the field's: 1, 7, 14 or 30 days."""

    table = "clock"
    key = ("account_key",)
    bucket = "account_key"

    account_key: str
    level: str
    clock_days: int
    due: date | None
    """So many days after the tip was received; NULL where the tip does not say when that was."""
    safeguarding_days: int | None
    """Days within which those who protect children are to hear of it; NULL: no returned check asks for that."""
    safeguarding_due: date | None
    """From the day of the check that asks for it."""
    safeguarding_reasons: list[str]


class EnforcementRow(Fact):
    """Whether two independent sources name the same person behind one account, and which. Grain: account_key."""

    table = "enforcement"
    key = ("account_key",)
    bucket = "account_key"

    account_key: str
    state: str
    """ready-for-enforcement, sources-disagree, one-source, no-source."""
    sources: list[str]
    """The sources that the state rests on."""
    dissent: list[str]
    """Sources that name somebody else, though two agree."""
    missing: list[str]
    beside: list[str]
    """What agrees as well and is no source of its own."""


STAGING: tuple[type[Fact], ...] = (StageRow, ClockRow, EnforcementRow)
"""The tables that priority writes beside the candidates, in the order in which they are written."""
