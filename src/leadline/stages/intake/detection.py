"""What a file is and how it is read: what `tip.toml` says, or what can be told safely; else refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from leadline.errors import InputRefused
from leadline.reading.records import csv_shape
from leadline.reading.vics import columns_of as vics_columns
from leadline.stages.intake.columns import COLUMNS, INSTANTS, NAMED_FIELDS, PACKED, PARQUET, RECORD_FORMATS, REQUIRED
from leadline.stages.intake.documents import document_kind, is_vics, read_report, report_form
from leadline.stages.intake.refusal import BundleRefused
from leadline.stages.intake.sampling import Sample, sample_of
from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadline.stages.intake.declaration import Stated
    from leadline.stages.intake.examination import Examined

SURE = 40
"""A log format must recognise a sample with at least so many points of 100 to be taken."""


class Format(Protocol):
    """What is asked of a log format here."""

    @property
    def name(self) -> str: ...

    def recognises(self, sample: Sequence[str], /) -> int:
        """0 to 100: how sure it is that these lines are of the format."""

    def needs_zone(self, sample: Sequence[str], columns: Mapping[str, str], /) -> bool:
        """Whether the lines carry times whose zone they do not say."""


@dataclass(frozen=True)
class Reading:
    """How one file is read; what goes into the tip's manifest."""

    kind: FileKind
    format: str = ""
    zone: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Their column → ours, all that are read (of files of records); as stated for log formats."""
    unmapped: tuple[str, ...] = ()
    zone_needed: bool = False
    unzoned: bool = False
    """Some times state no zone; they are kept as they are written, and none is guessed."""
    fault: str = ""
    """What is wrong with a document that is sealed as it is."""


def how_to_read(
    path: str, seen: Examined, stated: Stated, formats: Sequence[Format], *, as_is: bool = False
) -> Reading:
    """Decide; :class:`BundleRefused` names the line to add to `tip.toml`. A damaged document is taken ``as_is``."""
    packing = seen.compression if seen.compression in PACKED else ""
    if stated.format and packing != (stated.format if stated.format in PACKED else ""):
        raise BundleRefused(
            f"is {packing or 'plain'}, and tip.toml says format = {json.dumps(stated.format)}.",
            code="format",
            where=path,
            advice="Correct format, or take it out.",
        )
    if not packing:
        return _read_as(path, seen, stated, formats, as_is=as_is)
    reading = _read_as(path, seen, replace(stated, format="jsonl"), formats, as_is=as_is)
    if reading.kind == FileKind.ACCESS_LOG and packing != PARQUET:
        raise BundleRefused("is a log in a spreadsheet.", code="format", where=path, advice="Ask for the log as CSV.")
    return replace(reading, format=packing) if reading.format else reading


def _read_as(path: str, seen: Examined, stated: Stated, formats: Sequence[Format], *, as_is: bool) -> Reading:
    shown, fault = (None, "") if stated.kind else document_kind(path, seen, stated, as_is=as_is)
    kind = stated.kind or shown or _kind(path, seen, stated, formats)
    if kind == FileKind.REPORT:
        report = _report(path, seen, stated, as_is=as_is)
        return replace(report, fault=report.fault or fault)
    if kind not in COLUMNS:
        return Reading(kind, fault=fault)
    form = stated.format or _format(path, kind, seen, stated, formats)
    if form in NAMED_FIELDS:
        return _records(path, kind, form, seen, stated, formats, as_is=as_is)
    (found,) = [one for one in formats if one.name == form]
    _refuse_another_format(path, found, seen, formats)
    needed = found.needs_zone(seen.lines(), stated.columns)
    return _zoned(path, Reading(kind, form, stated.zone, stated.columns, zone_needed=needed))


def _report(path: str, seen: Examined, stated: Stated, *, as_is: bool) -> Reading:
    form = stated.format or report_form(seen)
    unzoned, fault = read_report(path, form, seen, zone=stated.zone, as_is=as_is) if form else (False, "")
    return Reading(FileKind.REPORT, form, stated.zone, unzoned=unzoned, fault=fault)


def _zoned(path: str, reading: Reading) -> Reading:
    if reading.zone_needed and not reading.zone:
        raise BundleRefused(
            "its times carry no time zone.",
            code="zone",
            where=path,
            advice=_add(path, 'zone = "UTC"') + " Write the zone of the provider's clock, once it has confirmed it.",
        )
    return reading


def _add(path: str, line: str) -> str:
    return f'Add to tip.toml, under the [[file]] with path = "{path}":  {line}'


# --- kind ------------------------------------------------------------------------------------------------

_TABLE_NAMES = re.compile(r"\.(?:csv|tsv|jsonl|ndjson|log)(?:\.(?:gz|zst|zstd))?\Z", re.IGNORECASE)


def _kind(path: str, seen: Examined, stated: Stated, formats: Sequence[Format]) -> FileKind:
    lines = seen.lines()
    if not any(line.strip() for line in lines):
        return FileKind.OTHER
    names = {stated.columns.get(name, name) for name in _names(seen)}
    if kind := _kind_by_columns(names):
        return kind
    if stated.requests or stated.values or stated.format not in {"", *RECORD_FORMATS}:
        return FileKind.ACCESS_LOG
    if _recognised(lines, formats):
        return FileKind.ACCESS_LOG
    if stated.columns or stated.format or stated.zone or _TABLE_NAMES.search(path):
        kinds = ", ".join(f'"{kind}"' for kind in FileKind)
        raise BundleRefused(
            "nothing shows what this file is.", code="kind", where=path, advice=_add(path, f"kind = …, one of {kinds}.")
        )
    return FileKind.REPORT if "report" in path.lower() else FileKind.OTHER


def _kind_by_columns(names: set[str]) -> FileKind | None:
    if {"accessed_at", "remote_ip"} <= names:
        return FileKind.ACCESS_LOG
    if "object_key" in names and "accessed_at" not in names:
        return FileKind.INVENTORY
    if "account_key" in names and not names & {"object_key", "accessed_at"}:
        return FileKind.ACCOUNTS
    return None


def _names(seen: Examined) -> tuple[str, ...]:
    """The names of the fields where the file looks like records; empty where it does not."""
    first = next((line for line in seen.lines() if line.strip()), "")
    try:
        if first.lstrip().startswith("{"):
            return tuple(dict(json.loads(first)))
        return csv_shape(first.encode()).columns
    except (InputRefused, ValueError, TypeError, RecursionError):
        return ()


def _recognised(lines: Sequence[str], formats: Sequence[Format]) -> Format | None:
    """The log format that is sure of the lines and surer than all others."""
    points = sorted(((one.recognises(lines), one.name, one) for one in formats), key=lambda each: each[:2])
    if not points or points[-1][0] < SURE:
        return None
    return points[-1][2] if len(points) == 1 or points[-2][0] < points[-1][0] else None


# --- format ----------------------------------------------------------------------------------------------


def _format(path: str, kind: FileKind, seen: Examined, stated: Stated, formats: Sequence[Format]) -> str:
    if kind == FileKind.INVENTORY and is_vics(seen):
        return "vics"
    lines = seen.lines()
    first = next((line for line in lines if line.strip()), "")
    if kind == FileKind.ACCESS_LOG:
        names = {stated.columns.get(name, name) for name in _names(seen)}
        if set(REQUIRED[kind]) <= names:
            return "jsonl" if first.lstrip().startswith("{") else "csv"
        found = _recognised(lines, formats)
        if found is None:
            known = ", ".join(f'"{one.name}"' for one in formats)
            raise BundleRefused(
                "its format cannot be told.",
                code="format",
                where=path,
                advice=_add(path, f"format = …, one of {known}."),
            )
        return found.name
    if not first:
        raise BundleRefused(
            "is empty, so its format cannot be told.", code="format", where=path, advice=_add(path, 'format = "csv"')
        )
    return "jsonl" if first.lstrip().startswith("{") else "csv"


def _refuse_another_format(path: str, named: Format, seen: Examined, formats: Sequence[Format]) -> None:
    lines = seen.lines()
    other = _recognised(lines, formats)
    if other is None or other.name == named.name or named.recognises(lines):
        return
    raise BundleRefused(
        f"is said to be {named.name}, and no line is; it looks like {other.name}.",
        code="format",
        where=path,
        advice=f'Correct tip.toml:  format = "{other.name}"',
    )


# --- files of records ------------------------------------------------------------------------------------


def _records(
    path: str, kind: FileKind, form: str, seen: Examined, stated: Stated, formats: Sequence[Format], *, as_is: bool
) -> Reading:
    sample = sample_of(path, form, seen, as_is=as_is)
    _refuse_strange_columns(path, form, sample, stated)
    columns = _mapping(kind, form, sample, stated)
    _refuse_missing(path, kind, sample, columns)
    if kind == FileKind.ACCESS_LOG:
        named = next((one for one in formats if one.name == form), None)
        needed = named.needs_zone(seen.lines(), columns) if named else False
    else:
        needed = _without_zone(kind, sample, columns)
    unmapped = tuple(name for name in sample.columns if name not in columns)
    return _zoned(path, Reading(kind, form, stated.zone, columns, unmapped, needed, fault=sample.fault))


def _mapping(kind: FileKind, form: str, sample: Sample, stated: Stated) -> dict[str, str]:
    """All columns that are read; what `tip.toml` maps goes before a column that merely has our name or meaning."""
    taken = set(stated.columns.values())
    meant = {**{name: name for name in sample.columns}, **(vics_columns(sample.columns) if form == "vics" else {})}
    own = {name: ours for name, ours in meant.items() if ours in COLUMNS[kind] and ours not in taken}
    return {**own, **{name: ours for name, ours in stated.columns.items() if ours in COLUMNS[kind]}}


def _refuse_strange_columns(path: str, form: str, sample: Sample, stated: Stated) -> None:
    strange = [name for name in stated.columns if name not in sample.columns]
    if strange and not sample.fault and (form != "jsonl" or sample.records):
        raise BundleRefused(
            f"has no column {strange[0]!r}, which tip.toml maps.",
            code="columns",
            where=path,
            advice=f"Its columns: {_listed(sample.columns)}. Correct [file.columns].",
        )


def _refuse_missing(path: str, kind: FileKind, sample: Sample, columns: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED[kind] if name not in columns.values()]
    if missing and sample.columns:
        raise BundleRefused(
            f"has no column {missing[0]} and none that is mapped to it.",
            code="columns",
            where=path,
            advice=f"Its columns: {_listed(sample.columns)}. {_add(path, '[file.columns]')} and, below it, "
            f'"<their name>" = "{missing[0]}"',
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(json.dumps(name, ensure_ascii=False) for name in names[:40])


def _without_zone(kind: FileKind, sample: Sample, columns: Mapping[str, str]) -> bool:
    """Whether a value that holds an instant or a date says no zone."""
    instants = [theirs for theirs, ours in columns.items() if ours in INSTANTS[kind]]
    values = (record.get(name, "") for record in sample.records for name in instants)
    return any(value[:1].isdigit() and parse_zoned(value) is None and _DATED.match(value) for value in values)


_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.,]+)?\Z")
