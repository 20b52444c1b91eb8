"""Facts of the attribution stage: which network an address belonged to at that moment, and where an account belongs."""

from __future__ import annotations

from datetime import date, datetime

from leadline.facts.tables.base import Fact


class AddressRow(Fact):
    """What one edition of one table says of one address. Grain: (address, table_name, table_date).

    An address that no table lists has one row with an empty table name and kind `special` or `unknown`. A run does not
    write it: it is made when somebody asks, of what the run wrote (`stages/attribution/addresses.py`). Runs of earlier
    versions have it in the lake.
    """

    table = "address"
    key = ("address", "table_name", "table_date")

    address: str
    remote_ip: str
    kind: str
    country: str
    """ISO 3166-1 alpha-2, or empty."""
    holder: str
    asn: int | None
    table_name: str
    table_date: date | None
    disagreeing: list[str]
    """The other tables in force then that name another country, as `name:CC`."""
    accesses: int
    first_access: datetime
    last_access: datetime
    caveats: list[str]


class SightingRow(Fact):
    """One address at which one account was seen, while the same editions of the tables were in force.

    Grain: (account_key, address, period).
    """

    table = "sighting"
    key = ("account_key", "address", "period")
    bucket = "account_key"

    account_key: str
    address: str
    remote_ip: str
    period: int
    """Number of the span between two edition dates, from 0."""
    kind: str
    """The kind that holds after all tables were heard; the most cautious one wins."""
    country: str
    """Empty: none, or the tables disagree."""
    countries_named: list[str]
    holder: str
    asn: int | None
    disagree: bool
    carries: bool
    """Whether accesses from here count towards a jurisdiction."""
    accesses: int
    without_port: int
    first_access: datetime
    last_access: datetime
    accounts_here: int
    """Distinct accounts seen at this address in this period."""
    table_newer: bool
    """The edition used is newer than the access."""
    table_age_days: int
    """Days between the oldest edition used and the last access; 0 when none."""


class SignupRow(Fact):
    """An address from which an account was opened, as its record or a report says. Grain: (account_key, address).

    Runs of versions before this table have none.
    """

    table = "signup_seen"
    key = ("account_key", "address")
    bucket = "account_key"

    account_key: str
    address: str
    remote_ip: str
    kinds: list[str]
    """Of the network then; all that the tables ever say where nobody says when the account was opened."""


class JurisdictionRow(Fact):
    """One country that carries accesses of one account. Grain: (account_key, code)."""

    table = "jurisdiction"
    key = ("account_key", "place")
    bucket = "account_key"

    account_key: str
    place: int
    """1 for the largest share; ties by code."""
    code: str
    share: int
    """Thousandths, rounded half up."""
    accesses: int
    disputed: int
    """Accesses for which the tables disagree and one of them names this country."""
    first_access: datetime
    last_access: datetime


class HolderRow(Fact):
    """One record holder (an access provider) behind accesses of one account. Grain: (account_key, holder)."""

    table = "holder"
    key = ("account_key", "holder")
    bucket = "account_key"

    account_key: str
    holder: str
    country: str
    accesses: int
    first_access: datetime
    last_access: datetime
    evidence_expires: date | None
    """None: unknown, which means urgent."""


class AttributionRow(Fact):
    """Where one account belongs and how sure that is. Grain: account_key."""

    table = "attribution"
    key = ("account_key",)
    bucket = "account_key"

    account_key: str
    jurisdiction: str
    """Empty: abstained."""
    abstained: str
    """Why: no-carrying-access, share-below-threshold, tables-conflict; empty when attributed."""
    confidence: int
    """Thousandths; a grade of the evidence for the jurisdiction, no probability."""
    declared_country: str
    payment_country: str
    phone_country: str
    signup_country: str
    evidence_expires: date | None
    caveats: list[str]


class RequestRow(Fact):
    """One line of a resolution request to a record holder. Grain: request_id."""

    table = "request"
    key = ("account_key", "request_id")
    bucket = "account_key"

    request_id: str
    check_digit: str
    holder: str
    country: str
    asn: int | None
    account_key: str
    remote_ip: str
    remote_port: int | None
    accessed_at: datetime
    local_time: str
    """The same instant in the holder's zone, with its offset; empty where the zone is not known."""
    zone: str
    evidence_expires: date | None
    kind: str
    resolvable: bool
    """False: behind carrier NAT without a port; one subscriber cannot be named."""
