"""Facts of the accesses stage: each readable line that touches the cache, each line refused, and the sums."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class AccessRow(Fact):
    """One access that is relevant, or that uploads an object no inventory lists. Grain: (file, line).

    All other accesses are counted in :class:`FileTallyRow`; their lines stay in the exhibit, from which
    they can be read again at any time.
    """

    table = "access"
    key = ("account_key", "accessed_at", "file", "line")
    bucket = "account_key"

    account_key: str | None
    accessed_at: datetime
    time_text: str
    """The time as the line has it."""
    zone_stated: bool
    """Whether the line (or its format) carries the zone; else `tip.toml` gave it."""
    address: str
    """32 hexadecimal digits; see `vocabulary.endpoints`."""
    remote_ip: str
    """The same address as people write it."""
    remote_port: int | None
    action: str
    object_key: str
    """The object; for a listing, the key of the cache that it lists."""
    succeeded: bool
    """2xx, 304, or no status at all; anything else is an attempt, also what is written and is no number."""
    is_head: bool
    """A HEAD request: it succeeds or not, and opens nothing."""
    status: int | None
    bytes: int | None
    user_agent: str | None
    session: str | None
    file: int
    line: int
    relevant: bool
    seen_twice: bool
    """An equal line stands in another file of the tip as well."""


class RejectRow(Fact):
    """One line or record that could not be read. Grain: (file, line, reason)."""

    table = "reject"
    key = ("file", "line", "reason")

    exhibit_sha256: str
    path: str
    kind: str
    file: int
    line: int
    reason: str
    text_sha256: str
    """SHA-256 of the line's bytes without its line end."""


class AddressSeenRow(Fact):
    """One address in one period, over all accesses, relevant or not. Grain: (address, period).

    A period is the time between two edition dates of the loaded address tables; see `reference.periods`.
    """

    table = "address_seen"
    key = ("address", "period")

    address: str
    remote_ip: str
    period: int
    accesses: int
    relevant_accesses: int
    first_access: datetime
    last_access: datetime


class FileTallyRow(Fact):
    """What became of the lines of one access log. Grain: file."""

    table = "file_tally"
    key = ("file",)

    file: int
    lines: int
    accesses: int
    rejects: int
    relevant_accesses: int
    other: int
    without_account: int
    """Relevant accesses that name no account."""
    no_port: int
    """Relevant accesses without the client's port."""
    no_status: int
    """Relevant accesses without a status."""
    first_access: datetime | None
    last_access: datetime | None
