"""What a form of report promises; a plug-in of this stage imports nothing else of Leadline but the readers of bytes."""

from __future__ import annotations

from leadline.reading.broken import DocumentBroken
from leadline.reading.reports import (
    MAX_KEY,
    REPORT_FORMATS,
    Event,
    Example,
    Leaving,
    Party,
    Report,
    ReportedFile,
    ReportFormat,
    country,
    digest_kind,
    event_kind,
    hexadecimal,
    incident_code,
    said,
    truth,
)

__all__ = [
    "MAX_KEY",
    "REPORT_FORMATS",
    "DocumentBroken",
    "Event",
    "Example",
    "Leaving",
    "Party",
    "Report",
    "ReportFormat",
    "ReportedFile",
    "country",
    "digest_kind",
    "event_kind",
    "hexadecimal",
    "incident_code",
    "said",
    "truth",
]
