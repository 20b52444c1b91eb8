"""The nouns of the case file, one a file."""

from __future__ import annotations

from leadline.casefile.models.agency import Agency
from leadline.casefile.models.assignment import Assignment
from leadline.casefile.models.audit import AuditEvent, AuditHead
from leadline.casefile.models.case import Case
from leadline.casefile.models.examination import Examination
from leadline.casefile.models.exhibit import CustodyEvent, Exhibit
from leadline.casefile.models.indexed import IndexedCandidate, IndexedRun
from leadline.casefile.models.job import Job
from leadline.casefile.models.lead import Lead, Selection
from leadline.casefile.models.member import Member
from leadline.casefile.models.note import Note
from leadline.casefile.models.operation import Operation
from leadline.casefile.models.outcome import Outcome
from leadline.casefile.models.person import Person, PersonLead
from leadline.casefile.models.retirement import Retirement
from leadline.casefile.models.ruling import Ruling, RulingSnapshot
from leadline.casefile.models.safeguarding import SafeguardingClock
from leadline.casefile.models.search import SavedSearch, SearchLook
from leadline.casefile.models.task import Task
from leadline.casefile.models.team import Team
from leadline.casefile.models.tip import Tip

__all__ = [
    "Agency",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "Case",
    "CustodyEvent",
    "Examination",
    "Exhibit",
    "IndexedCandidate",
    "IndexedRun",
    "Job",
    "Lead",
    "Member",
    "Note",
    "Operation",
    "Outcome",
    "Person",
    "PersonLead",
    "Retirement",
    "Ruling",
    "RulingSnapshot",
    "SafeguardingClock",
    "SavedSearch",
    "SearchLook",
    "Selection",
    "Task",
    "Team",
    "Tip",
]
