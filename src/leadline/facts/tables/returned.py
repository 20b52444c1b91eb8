"""Facts of what came back after the tip: record holders' answers, checks, devices' results, and what was refused."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class AnswerRow(Fact):
    """One answer of a record holder that fits its request. Grain: (paper, row); the row's line in the paper, from 1.

    The subscriber is who the line or the phone is registered for. That is not the account's holder, and neither
    need be the person who sat at the device.
    """

    table = "answer"
    key = ("account_key", "request_id", "paper", "row")
    bucket = "account_key"

    account_key: str
    request_id: str
    paper: str
    row: int
    holder: str
    country: str
    kind: str
    """Of the address, as the request has it."""
    address: str
    """The address's key."""
    remote_ip: str
    remote_port: int | None
    accessed_at: datetime
    answer: str
    """subscriber, no-record, refused."""
    subscriber: str
    """How the record holder names the subscriber, as written; empty where it names none."""
    subscriber_key: str
    """What two answers of one holder are compared by; empty where no subscriber is named."""
    subscriber_name: str
    subscriber_email: str
    subscriber_phone: str
    service_address: str
    name_form: str
    """The full name's words without case and accents; empty where it is no full name."""
    email_form: str
    phone_form: str
    """E.164."""
    valid_from: datetime | None
    valid_to: datetime | None
    """NULL: still running when the holder answered."""
    source: str
    """Which of its records the holder looked into, in its words."""
    read_back: bool
    """The holder states what it looked up, and it is what was asked."""
    margin_seconds: int | None
    """From the instant to the nearer end of the validity; NULL where no subscriber is named."""
    conflict: str
    """contradicts (another answer to the same request), overlaps (two subscribers at one address at one time), or
    empty. Answers in conflict are kept here, stand among the rejects as well, and none of them is used."""


class CheckRow(Fact):
    """One check that came back about one account. Grain: (paper, row); the row's line in the paper, from 1."""

    table = "returned_check"
    key = ("account_key", "check_name", "paper", "row")
    bucket = "account_key"

    account_key: str
    check_name: str
    paper: str
    row: int
    state: str
    """yes, no or unknown."""
    source: str
    """Who was asked: a register, an agency, an operator."""
    reference: str
    """Under which reference the answer is kept there; empty where nobody said."""
    checked_by: str
    """Who made the check; of an outside assessment, the assessor."""
    checked_at: datetime
    subject_name: str
    subject_email: str
    subject_phone: str
    name_form: str
    email_form: str
    phone_form: str
    tool: str
    """An outside assessment: the tool's name; empty elsewhere."""
    level: str
    """The level that the assessor found, in the tool's own words."""
    tool_version: str
    superseded: bool
    """The same source has answered the same check later."""


class DeviceResultRow(Fact):
    """What one examination of a device or store counted for one account. Grain: (account_key, examination)."""

    table = "device_result"
    key = ("account_key", "examination")
    bucket = "account_key"

    account_key: str
    examination: str
    paper: str
    examined_at: datetime
    files: int
    cache_opened: int
    """Contents that are objects which this very account opened."""
    cache: int
    known: int
    near: int
    unknown: int
    ignorable: int
    unreadable: int
    unknown_groups: int
    """Distinct contents in no set, which nobody has looked at yet."""


class ReturnedRejectRow(Fact):
    """One row of a paper that was refused. Grain: (paper, row). Nothing of the row is shown but its digest."""

    table = "returned_reject"
    key = ("paper", "row")

    paper: str
    row: int
    kind: str
    """answers, checks, devices."""
    reason: str
    detail: str
    request_id: str
    """Of an answer, where the row names a request of this tip."""
    text_sha256: str


RETURNED: tuple[type[Fact], ...] = (AnswerRow, CheckRow, DeviceResultRow, ReturnedRejectRow)
"""The tables of this stage, in the order in which they are written."""
