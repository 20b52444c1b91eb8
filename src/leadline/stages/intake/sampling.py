"""The names of the fields of a file of records, and some of its records, by which its columns are told."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.reading.forms import PLAIN, records_in
from leadline.reading.records import Record, csv_shape, read_records
from leadline.reading.streams import StreamBroken
from leadline.stages.intake.documents import fault_of
from leadline.stages.intake.refusal import BundleRefused, leave_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadline.stages.intake.examination import Examined

_MOST_NAMES = 1000
_KEPT = 2000


@dataclass(frozen=True)
class Sample:
    """Names in order of appearance, and some records."""

    columns: tuple[str, ...]
    records: tuple[Mapping[str, str], ...]
    fault: str = ""
    """Of a document that is sealed as it is: what is wrong with it, behind these records."""


def sample_of(path: str, form: str, seen: Examined, *, as_is: bool) -> Sample:
    """What the first and last lines show; a document is read to its end, because only that shows it whole."""
    return _of_lines(path, form, seen) if form in PLAIN else _of_document(path, form, seen, as_is=as_is)


def _of_document(path: str, form: str, seen: Examined, *, as_is: bool) -> Sample:
    names: dict[str, None] = {}
    fault = ""
    kept: list[Mapping[str, str]] = []
    try:
        for one in records_in(seen.open, form, where=path):
            if isinstance(one, Record):
                names |= dict.fromkeys(islice(one.fields, _MOST_NAMES - len(names)))
                kept += [one.fields] if len(kept) < _KEPT else []
    except (InputRefused, StreamBroken) as error:
        fault = fault_of(path, error, as_is=as_is)
    return Sample(tuple(names), tuple(kept), fault)


def _of_lines(path: str, form: str, seen: Examined) -> Sample:
    head = seen.head if seen.unpacked <= len(seen.head) else seen.head.rpartition(b"\n")[0]
    tail = seen.tail.partition(b"\n")[2]
    if seen.fault:  # what the stream broke in says nothing: a time that was cut off has lost its zone
        head, tail = (piece.rpartition(b"\n")[0] or piece for piece in (head, tail))
    if form == "csv":
        tail = head.partition(b"\n")[0] + b"\n" + tail
    try:
        found = [*read_records(io.BytesIO(head), form), *read_records(io.BytesIO(tail), form)]
        columns = csv_shape(_first_record(head)).columns if form == "csv" and head.strip() else ()
    except InputRefused as error:
        raise BundleRefused(error.message, code="header", where=f"{path}, line 1", advice=leave_out(path)) from error
    records = tuple(one.fields for one in found if isinstance(one, Record))
    names = dict.fromkeys(columns) | dict.fromkeys(name for record in records for name in record)
    return Sample(tuple(names), records)


def _first_record(head: bytes) -> bytes:
    """The header, whose quotes may hold line ends."""
    lines = head.split(b"\n")
    header = lines[0]
    for line in lines[1:]:
        if header.count(b'"') % 2 == 0:
            break
        header += b"\n" + line
    return header
