"""Closed lists of the contract: every word that a table, a rule or a page may use for a state or a grade."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """What a file of a tip bundle is."""

    ACCESS_LOG = "access-log"
    ACCOUNTS = "accounts"
    INVENTORY = "inventory"
    REPORT = "report"
    OTHER = "other"


class Action(StrEnum):
    """What an access did to an object."""

    VIEW = "view"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    SHARE = "share"
    DELETE = "delete"
    LIST = "list"


class RejectReason(StrEnum):
    """Why a line could not be read. Nothing else may be a reject."""

    EMPTY_LINE = "empty-line"
    NOT_THE_FORMAT = "not-the-format"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad-encoding"
    TOO_LONG = "too-long"
    BAD_TIME = "bad-time"
    AMBIGUOUS_TIME = "ambiguous-time"
    BAD_ADDRESS = "bad-address"
    MISSING_FIELD = "missing-field"
    STREAM_BROKEN = "stream-broken"


class Presence(StrEnum):
    """Whether the object of a relevant access stood in the cache at that moment."""

    PRESENT = "present"
    BEFORE_ADDED = "before-added"
    AFTER_REMOVED = "after-removed"
    DATES_UNKNOWN = "dates-unknown"


class AddressKind(StrEnum):
    """What an address is used for, as a table says."""

    ACCESS = "access"
    MOBILE = "mobile"
    CGNAT = "cgnat"
    HOSTING = "hosting"
    VPN = "vpn"
    TOR = "tor"
    RELAY = "relay"
    CRAWLER = "crawler"
    UNKNOWN = "unknown"
    SPECIAL = "special"
    """Only where no loaded table lists it: loopback, private, documentation and the like."""


CARRYING_KINDS = (AddressKind.ACCESS, AddressKind.MOBILE, AddressKind.CGNAT, AddressKind.UNKNOWN)
"""Kinds whose country says where an account belongs (`unknown` weakly)."""


class Level(StrEnum):
    """Order of work, highest first. No probability and no measure of guilt."""

    VERY_HIGH = "very-high"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


CLOCK_DAYS = {Level.VERY_HIGH: 1, Level.HIGH: 7, Level.MEDIUM: 14, Level.LOW: 30}
"""Days within which a candidate of each level should be looked at: the field's published clocks."""


class Certainty(StrEnum):
    """How sure it is that the account's holder did what the account did."""

    FIRM = "firm"
    WEAK = "weak"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Answer to a check. An unanswered check is unknown, never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Caveat(StrEnum):
    """What a reader of a candidate must keep in mind."""

    CGNAT_NO_PORT = "cgnat-no-port"
    MOBILE_SHARED = "mobile-shared"
    VPN = "vpn"
    TOR = "tor"
    HOSTING = "hosting"
    RELAY = "relay"
    SPECIAL_ADDRESS = "special-address"
    TABLES_DISAGREE = "tables-disagree"
    TABLE_NEWER_THAN_ACCESS = "table-newer-than-access"
    TABLE_OLD = "table-old"
    NO_ZONE = "no-zone"
    NO_STATUS = "no-status"
    SINGLE_ACCESS = "single-access"
    ATTEMPTS_ONLY = "attempts-only"
    LISTING_ONLY = "listing-only"
    BEFORE_ADDED = "before-added"
    AFTER_REMOVED = "after-removed"
    SHARED_ADDRESS = "shared-address"
    AUTOMATED_CLIENT = "automated-client"
    CRAWLER = "crawler"
    SIGNS_OF_COMPROMISE = "signs-of-compromise"
    PROVIDER_SAYS_COMPROMISED = "provider-says-compromised"
    IMPOSSIBLE_TRAVEL = "impossible-travel"
    NO_ACCOUNT_RECORD = "no-account-record"
