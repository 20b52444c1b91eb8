"""Documents among a bundle's files: which are reports, and whether each keeps the rules for reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.reading.broken import BROKEN
from leadline.reading.markup import read_document
from leadline.reading.moments import is_local
from leadline.reading.reports import REPORT_FORMATS
from leadline.reading.streams import StreamBroken
from leadline.reading.vics import looks_like_vics
from leadline.stages.intake.refusal import BundleRefused, leave_out
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.reading.reports import Report
    from leadline.stages.intake.declaration import Stated
    from leadline.stages.intake.examination import Examined

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\s|!DOCTYPE\s|!--|[A-Za-z_])", re.IGNORECASE)
_PAGE = re.compile(rb"<!DOCTYPE\s+html|<html[\s>]", re.IGNORECASE)
_NAMED = re.compile(r"\.xml(?:\.(?:gz|zst|zstd))?\Z", re.IGNORECASE)


def report_form(seen: Examined) -> str:
    """The form of report that the first bytes show; empty where they show none."""
    return next((form.name for form in REPORT_FORMATS.all() if form.recognises(seen.head)), "")


def is_vics(seen: Examined) -> bool:
    """Whether the file begins as JSON, and its beginning or its end names a VICS data model."""
    begins = seen.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    return begins and (looks_like_vics(seen.head) or looks_like_vics(seen.tail))


def document_kind(path: str, seen: Examined, stated: Stated, *, as_is: bool) -> tuple[FileKind | None, str]:
    """What a document is: an inventory, or a report where it is one or is said to have a report's format; its fault.

    Other XML that nobody has said anything of is walked by the same rules, for a document type or an entity has no
    place in evidence: whoever opens the exhibit later with another program must not be surprised by it.
    """
    if stated.format in REPORT_FORMATS.names() or (not stated.format and report_form(seen)):
        return FileKind.REPORT, ""
    if stated.format == "vics" or (not stated.format and is_vics(seen)):
        return FileKind.INVENTORY, ""
    if stated.format or not _is_markup(path, seen.head):
        return None, ""
    with seen.open() as stream:
        try:
            read_document(stream, where=path)
        except (InputRefused, StreamBroken) as error:
            return None, fault_of(path, error, as_is=as_is)
    return None, ""


def read_report(path: str, form: str, seen: Examined, *, zone: str, as_is: bool) -> tuple[bool, str]:
    """Read a report to its end: whether some of its times state no zone and ``zone`` is empty; its fault."""
    unzoned, fault = False, ""
    with seen.open() as stream:
        try:
            for report in REPORT_FORMATS.get(form).read(stream, path):
                unzoned = unzoned or (not zone and any(is_local(text) for text in _times(report)))
        except (InputRefused, StreamBroken) as error:
            fault = fault_of(path, error, as_is=as_is)
    return unzoned, fault


def _is_markup(path: str, head: bytes) -> bool:
    if not _MARKUP.match(head) or _PAGE.search(head[:4096]):
        return False
    return _NAMED.search(path) is not None or re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE)", head) is not None


def _times(report: Report) -> Iterator[str]:
    yield from (report.incident_at, report.received_at)
    for one in report.parties:
        yield from (event.at for event in one.events)
    for file in report.files:
        yield from (file.uploaded_at, *(event.at for event in file.events))


def fault_of(path: str, error: InputRefused | StreamBroken, *, as_is: bool) -> str:
    """What is wrong with a document that is sealed ``as_is``; any other fault refuses the bundle."""
    broken = isinstance(error, BROKEN)
    if broken and as_is:
        return f"{error.where}: {error.message}" if error.where else error.message
    advice = error.advice.removesuffix(".").removesuffix(", or leave it out")
    seal = " Or seal it with its fault: --as-is. Or:" if broken and "--as-is" not in advice else ""
    raise BundleRefused(
        error.message, code="document", where=error.where or path, advice=f"{advice}.{seal} {leave_out(path)}"
    ) from error
