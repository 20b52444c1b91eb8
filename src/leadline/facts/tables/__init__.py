"""All fact tables, one file a stage; a class's annotations are its schema, its docstring its grain."""

from __future__ import annotations

from leadline.facts.tables.accesses import AccessRow, AddressSeenRow, FileTallyRow, RejectRow
from leadline.facts.tables.accounts import AccountRecordRow, ActivityRow
from leadline.facts.tables.attribution import (
    AddressRow,
    AttributionRow,
    HolderRow,
    JurisdictionRow,
    RequestRow,
    SightingRow,
    SignupRow,
)
from leadline.facts.tables.base import Fact
from leadline.facts.tables.collection import (
    CacheDayRow,
    ContributionRow,
    ObjectRow,
    OriginCandidateRow,
    OriginRow,
    PresenceRow,
)
from leadline.facts.tables.earlier import MetBeforeRow
from leadline.facts.tables.intake import InventoryRow
from leadline.facts.tables.linkage import ClusterRow, LinkRow, RulingHeardRow
from leadline.facts.tables.priority import CandidateRow
from leadline.facts.tables.reports import (
    ReportedAccountRow,
    ReportedEventRow,
    ReportedFileRow,
    ReportedObjectRow,
    ReportOmissionRow,
    ReportRow,
)
from leadline.facts.tables.returned import AnswerRow, CheckRow, DeviceResultRow, ReturnedRejectRow
from leadline.facts.tables.staging import ClockRow, EnforcementRow, StageRow

ALL: tuple[type[Fact], ...] = (
    InventoryRow,
    ReportRow,
    ReportedAccountRow,
    ReportedEventRow,
    ReportedFileRow,
    ReportOmissionRow,
    ReportedObjectRow,
    AccessRow,
    RejectRow,
    FileTallyRow,
    AddressSeenRow,
    ObjectRow,
    PresenceRow,
    CacheDayRow,
    ContributionRow,
    OriginRow,
    OriginCandidateRow,
    AccountRecordRow,
    ActivityRow,
    MetBeforeRow,
    SightingRow,
    SignupRow,
    JurisdictionRow,
    HolderRow,
    AttributionRow,
    RequestRow,
    AnswerRow,
    CheckRow,
    DeviceResultRow,
    ReturnedRejectRow,
    LinkRow,
    RulingHeardRow,
    ClusterRow,
    CandidateRow,
    ClockRow,
    EnforcementRow,
    StageRow,
)
"""Every fact table, in the order in which a run makes them."""

BY_NAME: dict[str, type[Fact]] = {fact.table: fact for fact in ALL}

__all__ = [
    "ALL",
    "BY_NAME",
    "AccessRow",
    "AccountRecordRow",
    "ActivityRow",
    "AddressRow",
    "AddressSeenRow",
    "AnswerRow",
    "AttributionRow",
    "CacheDayRow",
    "CandidateRow",
    "CheckRow",
    "ClockRow",
    "ClusterRow",
    "ContributionRow",
    "DeviceResultRow",
    "EnforcementRow",
    "Fact",
    "FileTallyRow",
    "HolderRow",
    "InventoryRow",
    "JurisdictionRow",
    "LinkRow",
    "MetBeforeRow",
    "ObjectRow",
    "OriginCandidateRow",
    "OriginRow",
    "PresenceRow",
    "RejectRow",
    "ReportOmissionRow",
    "ReportRow",
    "ReportedAccountRow",
    "ReportedEventRow",
    "ReportedFileRow",
    "ReportedObjectRow",
    "RequestRow",
    "ReturnedRejectRow",
    "RulingHeardRow",
    "SightingRow",
    "SignupRow",
    "StageRow",
]
