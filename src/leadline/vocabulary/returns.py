"""What a partner says came of a lead: the columns of the return form and what may stand in them."""

from __future__ import annotations

from enum import StrEnum

COLUMNS = (
    "lead",
    "check",
    "outcome",
    "outcome_on",
    "persons_identified",
    "arrests",
    "devices",
    "children_safeguarded",
    "position_of_trust",
    "partner_reference",
)
COUNTS = ("persons_identified", "arrests", "devices", "children_safeguarded")
"""Whole numbers; an empty cell means not stated, and is never counted as none."""
MOST = 10_000
"""A count above this is taken for a slip of the keyboard."""


class ReturnOutcome(StrEnum):
    """What came of a lead at a partner."""

    NOT_KNOWN_YET = "not-known-yet"
    UNDER_INVESTIGATION = "under-investigation"
    IDENTIFIED = "identified"
    """The account holder is known to the partner."""
    ARREST = "arrest"
    CHARGE = "charge"
    CONVICTION = "conviction"
    NO_FURTHER_ACTION = "no-further-action"
    CLEARED = "cleared"
    """The account holder did not do it."""
    NOT_OURS = "not-ours"
    """The lead belongs elsewhere."""


class Trust(StrEnum):
    """Whether the account holder works or volunteers with children, or has authority over them."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


FINAL = frozenset({ReturnOutcome.CONVICTION, ReturnOutcome.NO_FURTHER_ACTION, ReturnOutcome.CLEARED})
"""Outcomes after which nobody waits for another return."""

HOW_TO = (
    "One row a lead. Leave the columns `lead` and `check` as they are; the names of accounts do not belong here.",
    f"outcome: one of {', '.join(ReturnOutcome)}.",
    "outcome_on: the day, as YYYY-MM-DD.",
    f"{', '.join(COUNTS)}: whole numbers; leave a cell empty where it is not known. Empty is not none.",
    f"position_of_trust: one of {', '.join(Trust)}.",
    "partner_reference: your own short reference, letters, digits and hyphens; no names.",
    "Rows without an outcome are left alone. To correct a return, send the row again: both are kept.",
)
"""Printed with the form."""
