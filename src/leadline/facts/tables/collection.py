"""Facts of the collection stage: the cache through time."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Statement:
    """One piece of evidence or one reason: a word from a closed list, and a sentence that says it."""

    word: str
    sentence: str


class OriginRow(Fact):
    """Whether it can be said who created the cache, and what that rests on. Grain: one row a run."""

    table = "origin"
    key = ("state",)

    state: str
    """answered, or abstained."""
    grounds: list[Statement]
    """Why it is abstained: no-inventory, no-logs, dates-unknown, logs-begin-too-late, full-at-first-access,
    one-date-for-many, adder-unknown, sources-disagree."""
    listed_objects: int
    undated: int
    """Listed objects of which it is not known when they were added."""
    adder_known: int
    """Listed objects of which it is known who added them."""
    first_known: datetime | None
    """The earliest known moment at which a listed object was added."""
    first_objects: int
    """Objects added within a day of that moment."""
    first_adder_known: int
    log_begins: datetime | None
    """The earliest readable line of any access log."""
    first_access: datetime | None
    """The earliest relevant access."""


class OriginCandidateRow(Fact):
    """One account that may have created the cache, or that made it grow. Grain: (role, account_key).

    Where the origin is abstained on there are no creators; who is known to have added objects is a grower then.
    """

    table = "origin_candidate"
    key = ("role", "account_key")
    bucket = "account_key"

    role: str
    """creator, or grower."""
    rank: int
    """1…n in each role, no ties."""
    account_key: str
    sure: str
    """firm, fair, weak: a grade of the evidence that this account did it; no probability, and not about its holder."""
    first_objects: int
    """Objects of the cache's first day that it added."""
    objects_added: int
    """Listed objects that it added; those by the inventory alone, by an upload alone, and by both follow."""
    by_inventory: int
    by_upload: int
    by_both: int
    new_objects: int
    unlisted: int
    """Objects that it uploaded and that no inventory lists; they are no part of the cache."""
    bytes_added: int
    before_listed: int
    """Objects of the first day that it opened before the moment at which they were added."""
    first_added: datetime | None
    last_added: datetime | None
    first_access: datetime | None
    statements: list[Statement]
