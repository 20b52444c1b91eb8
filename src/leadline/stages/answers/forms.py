"""The forms in which answers and checks come back: their columns, the words they may hold, why a row is refused."""

from __future__ import annotations

from enum import StrEnum

REQUEST_COLUMNS = ("request_id", "check_digit", "address", "instant_utc")
"""What an answer must repeat of its request, as `requests` wrote it; a request with a port has it as well."""
ANSWER_COLUMNS = (
    "answer",
    "subscriber",
    "subscriber_name",
    "subscriber_email",
    "subscriber_phone",
    "service_address",
    "valid_from",
    "valid_to",
    "source",
    "looked_up_address",
    "looked_up_port",
    "looked_up_instant",
)
"""What the record holder fills in."""
ANSWERS = ("subscriber", "no-record", "refused")
CHECK_NEEDS = ("account_key", "check", "state", "source", "checked_by", "checked_at")
"""Columns that a checks file must have: which check of which account, yes, no or unknown, and who said so when."""
CHECK_COLUMNS = (
    *CHECK_NEEDS,
    "reference",
    "subject_name",
    "subject_email",
    "subject_phone",
    "tool",
    "level",
    "tool_version",
)
"""Columns of a checks file; those after the first six may be left out."""
CHECK_WORDS = {
    "result": "state",
    "by": "checked_by",
    "assessor": "checked_by",
    "when": "checked_at",
    "date": "checked_at",
    "scheme": "tool",
    "version": "tool_version",
}
"""Other words for the same columns, as outside assessments have them."""
RESULT_COUNTS = (
    "files",
    "cache_opened",
    "cache",
    "known",
    "near",
    "unknown",
    "ignorable",
    "unreadable",
    "unknown_groups",
)
RESULT_COLUMNS = ("account_key", "examination", "examined_at", *RESULT_COUNTS)
"""Members of one line of a device's result, which is JSON lines; the counts are whole numbers."""


class Refused(StrEnum):
    """Why a row of a paper is refused. Nothing else may be a reason."""

    UNREADABLE = "unreadable"
    MISSING_FIELD = "missing-field"
    UNKNOWN_REQUEST = "unknown-request"
    CHECK_DIGIT = "check-digit"
    OTHER_HOLDER = "other-holder"
    ADDRESS_DIFFERS = "address-differs"
    PORT_DIFFERS = "port-differs"
    INSTANT_DIFFERS = "instant-differs"
    BAD_ANSWER = "bad-answer"
    BAD_TIME = "bad-time"
    NO_SUBSCRIBER = "no-subscriber"
    PORT_MISSING = "port-missing"
    OUTSIDE_VALIDITY = "outside-validity"
    LOOKED_UP_DIFFERS = "looked-up-differs"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    OVERLAPS = "overlaps"
    UNKNOWN_ACCOUNT = "unknown-account"
    UNKNOWN_CHECK = "unknown-check"
    BAD_STATE = "bad-state"
    BAD_NUMBER = "bad-number"


UNANSWERED = "unanswered"
"""A row in which the holder has filled nothing: not refused, but still open."""
