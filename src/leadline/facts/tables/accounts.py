"""Facts of the accounts stage: the provider's records of accounts, and what each account did."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class AccountRecordRow(Fact):
    """The provider's record of one account. Grain: account_key (first record; others are counted)."""

    table = "account_record"
    key = ("account_key",)
    bucket = "account_key"

    account_key: str
    records: int
    file: int
    line: int
    created_at: datetime | None
    email: str | None
    phone: str | None
    display_name: str | None
    declared_country: str | None
    payment_country: str | None
    payment_token: str | None
    """By which the provider knows a means of payment; never the means itself."""
    device_id: str | None
    signup_ip: str | None
    signup_at: datetime | None
    closed_at: datetime | None
    compromised: bool | None


class ActivityRow(Fact):
    """What one account did with the cache. Grain: account_key (accounts with a relevant access).

    Everything counts relevant accesses alone. A HEAD request opens, downloads and adds nothing.
    """

    table = "activity"
    key = ("account_key",)
    bucket = "account_key"

    account_key: str
    accesses: int
    first_access: datetime
    last_access: datetime
    days_active: int
    objects_opened: int
    objects_downloaded: int
    objects_added: int
    new_objects_added: int
    objects_shared: int
    opened_before_added: int
    """Openings (a view or download that succeeded) of an object before the moment at which it was added."""
    opened_after_removed: int
    attempts: int
    """Accesses that did not succeed."""
    listings: int
    """Accesses that list a cache, whether they succeeded or not."""
    bytes: int
    """Sum over all relevant accesses of the bytes that the line states, as it states them."""
    addresses: int
    user_agents: int
    sessions: int
    without_port: int
    without_status: int
    without_zone: int
    """Accesses whose line carries no zone of its own."""
    dates_unknown: int
    """Accesses to an object of which it is not known whether it stood there; listings do not count."""
    lines_seen_twice: int
