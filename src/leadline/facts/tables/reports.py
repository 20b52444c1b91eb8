"""Facts of providers' reports: what they say of accounts, addresses and files, and what of them was left out."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class ReportRow(Fact):
    """One report, or a part that came as a document of its own. Grain: (file, report)."""

    table = "report"
    key = ("file", "report")

    file: int
    """Number of the file in the tip's manifest, from 0."""
    report: int
    """From 1, in the order of the file."""
    line: int
    format: str
    report_id: str | None
    incident: str | None
    """`type-1` … `type-8` in the order of the schema's list, or `other`: a code, never the words."""
    incident_at: datetime | None
    """Often when the provider found it, not when it happened; the report does not say which."""
    incident_text: str | None
    """The same as written."""
    zone_stated: bool | None
    """Whether the incident's time says its zone; null where there is no time."""
    received_at: datetime | None
    escalated: bool
    """The provider asks for haste; its words are left out."""
    accounts: int
    files: int
    events: int
    """Address events that could be read; the others are rejects."""


class ReportedAccountRow(Fact):
    """One account that a report speaks of. Grain: (file, report, party)."""

    table = "reported_account"
    key = ("account_key", "file", "report", "party")
    bucket = "account_key"

    account_key: str | None
    """The provider's identifier; null where it states none."""
    file: int
    report: int
    party: int
    """From 1, in the order of the report."""
    line: int
    role: str
    """`reported`, `recipient`, `victim`, or `associated` with one of them."""
    service: str | None
    screen_name: str | None
    emails: list[str]
    phones: list[str]
    devices: list[str]
    country: str | None
    """As the provider estimates it."""
    compromised: bool | None
    disabled: bool | None
    third_party: bool | None
    prior_reports: int


class ReportedEventRow(Fact):
    """One address at one instant, of an account or of a file. Grain: (file, report, event). It is no access."""

    table = "reported_event"
    key = ("account_key", "file", "report", "event")
    bucket = "account_key"

    account_key: str | None
    file: int
    report: int
    event: int
    """From 1, in the order of the report."""
    party: int | None
    """The account of the report that it belongs to, or null."""
    number: int | None
    """The file of the report that it belongs to, or null."""
    line: int
    kind: str
    """`login`, `registration`, `purchase`, `upload`, `other`, `unknown`."""
    address: str
    """32 hexadecimal digits; see `vocabulary.endpoints`."""
    remote_ip: str
    remote_port: int | None
    happened_at: datetime | None
    """Null where the report states no time, or one without a zone and `tip.toml` names none."""
    time_text: str | None
    zone_stated: bool | None
    proxy: bool | None
    """The provider's own guess."""


class ReportedFileRow(Fact):
    """One file that a report speaks of. Grain: (file, report, number)."""

    table = "reported_file"
    key = ("account_key", "file", "report", "number")
    bucket = "account_key"

    account_key: str | None
    """The account, where the report speaks of one reported account alone."""
    file: int
    report: int
    number: int
    """From 1, in the order of the report."""
    line: int
    file_id: str | None
    md5: str | None
    sha1: str | None
    sha256: str | None
    pdq: str | None
    viewed_by_provider: str
    """`yes`, `no` or `not-stated`: silence is never "no"."""
    public: str
    """Whether it could be seen by anyone: `yes`, `no` or `not-stated`."""
    classification: str | None
    """The industry's two characters, as an opaque code."""
    uploaded_at: datetime | None
    uploaded_text: str | None


class ReportedObjectRow(Fact):
    """A reported file that is an object of the tip's own inventories. Grain: (file, report, number, object_key)."""

    table = "reported_object"
    key = ("file", "report", "number", "object_key")

    file: int
    report: int
    number: int
    object_key: str
    matched_by: str
    """The strongest digest that both state and that is equal: `sha256`, `sha1` or `md5`."""
    contradicted: bool
    """Another digest that both state differs: one of the two is wrong, and a person must look."""


class ReportOmissionRow(Fact):
    """What of a report was left out unread. Grain: (file, report, element). Never a word of it."""

    table = "report_omission"
    key = ("file", "report", "element")

    file: int
    report: int
    element: str
    """The element and the one that holds it, in the schema's names; `(unknown)` for names that are not its own."""
    occurrences: int
    characters: int
    """Of all its texts. No digest: of a name or a date of birth a digest would tell as much as the text."""
