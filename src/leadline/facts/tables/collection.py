"""Facts of the collection stage: the cache through time."""

from __future__ import annotations

from datetime import date, datetime

from leadline.facts.tables.base import Fact


class ObjectRow(Fact):
    """One object that an inventory lists or an upload names. Grain: object_key."""

    table = "object"
    key = ("object_key",)

    object_key: str
    listed: bool
    """False: uploaded, not listed. Such an object is no member of the cache."""
    listings: int
    """In how many inventory records it stands."""
    conflicting: bool
    """Records of it differ in size or digest."""
    size: int | None
    md5: str | None
    sha1: str | None
    sha256: str | None
    category: str | None
    category_scheme: str | None
    added_at: datetime | None
    """The earliest date known."""
    added_by: str | None
    added_source: str
    """Where `added_at` comes from: inventory, upload, or unknown."""
    removed_at: datetime | None
    """The last removal; None while a record of it names none."""
    first_access: datetime | None
    last_access: datetime | None
    accounts: int
    """Distinct accounts that opened it."""
    new: bool
    """Listed here, and no other object of the tip with an earlier date has the same digest."""


class PresenceRow(Fact):
    """Whether the object of one relevant access stood in the cache at that moment. Grain: (file, line)."""

    table = "presence"
    key = ("account_key", "accessed_at", "file", "line")
    bucket = "account_key"

    account_key: str | None
    accessed_at: datetime
    file: int
    line: int
    object_key: str
    opened: bool
    """A view or download that succeeded and was no HEAD request."""
    presence: str
    """See `vocabulary.scales.Presence`; a listing of a cache has `dates-unknown`."""


class CacheDayRow(Fact):
    """The cache at the end of one UTC day, from the first to the last day known. Grain: day.

    `standing` counts objects by known dates; one without a date stands on no day.
    """

    table = "cache_day"
    key = ("day",)

    day: date
    added: int
    removed: int
    standing: int
    bytes_standing: int
    accesses: int
    accounts: int


class ContributionRow(Fact):
    """One object added by one account. Grain: (account_key, object_key)."""

    table = "contribution"
    key = ("account_key", "object_key")
    bucket = "account_key"

    account_key: str
    object_key: str
    added_at: datetime | None
    listed: bool
    new: bool
    source: str
    """inventory, upload, or both."""
