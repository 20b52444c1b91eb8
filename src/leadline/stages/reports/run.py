"""Carries out the two halves of the reports room: what reports say, and which of their files the cache lists."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.facts.tables import (
    Fact,
    InventoryRow,
    RejectRow,
    ReportedAccountRow,
    ReportedEventRow,
    ReportedFileRow,
    ReportedObjectRow,
    ReportOmissionRow,
    ReportRow,
)
from leadline.facts.tables.base import schema_of
from leadline.reading.broken import BROKEN, line_of
from leadline.reading.reports import REPORT_FORMATS
from leadline.reading.streams import open_stream
from leadline.stages.reports.rows import Rows
from leadline.vocabulary.scales import FileKind, RejectReason

if TYPE_CHECKING:
    from leadline.facts.runs import Work
    from leadline.seal.manifest import TipFile

READ: tuple[type[Fact], ...] = (ReportRow, ReportedAccountRow, ReportedEventRow, ReportedFileRow, ReportOmissionRow)
"""The tables of what reports say."""


def run_reading(work: Work) -> None:
    """Read every report of the tip whose form is known; address events that cannot be read become rejects."""
    rows: dict[str, list[dict[str, Any]]] = {fact.table: [] for fact in READ}
    for file in work.tip.of_kind(FileKind.REPORT):
        if file.format:
            _read(work, file, rows)
    for fact in READ:
        work.engine.table(fact.table, pa.Table.from_pylist(rows[fact.table], schema=schema_of(fact)))
        work.lake.write(work.engine, fact)


def _read(work: Work, file: TipFile, rows: dict[str, list[dict[str, Any]]]) -> None:
    work.progress.begin(f"reading {file.path}", None)
    refused: dict[tuple[int, str], list[str]] = {}
    with open_stream(work.exhibits.open(file.sha256), file.compression) as stream:
        try:
            for number, report in enumerate(REPORT_FORMATS.get(file.format).read(stream, file.path), start=1):
                made = Rows(file, number, report)
                for table, found in made.tables().items():
                    rows[table].extend(found)
                for place, text in made.refused:
                    refused.setdefault(place, []).append(text)
                work.progress.advance(0, rows=1)
        except BROKEN as damage:
            # It was sealed as it is: what it says cannot be read, and that is told.
            refused.setdefault((line_of(damage), RejectReason.STREAM_BROKEN), [])
    work.refuse(f"report-{file.no}", _rejects(file, refused))
    work.progress.end()


def _rejects(file: TipFile, refused: dict[tuple[int, str], list[str]]) -> pa.Table:
    """One reject a line and reason, with a digest over all texts that were refused there."""
    stated = {"exhibit_sha256": file.sha256, "path": file.path, "kind": str(file.kind), "file": file.no}
    found = [
        {**stated, "line": line, "reason": reason, "text_sha256": hashlib.sha256("\n".join(texts).encode()).hexdigest()}
        for (line, reason), texts in sorted(refused.items())
    ]
    return pa.Table.from_pylist(found, schema=schema_of(RejectRow))


def run_matching(work: Work) -> None:
    """Read `reported_file` and `inventory`; write `reported_object`."""
    for fact in (ReportedFileRow, InventoryRow):
        work.lake.lend(work.engine, fact)
    sql = files("leadline.stages.reports").joinpath("rules/reported_object.sql").read_text("utf-8")
    work.engine.rule(ReportedObjectRow.table, sql)
    work.lake.write(work.engine, ReportedObjectRow)
