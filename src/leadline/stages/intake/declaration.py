"""What `tip.toml` says, as typed values; whatever it says that it may not is refused with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from leadline.reading.reports import REPORT_FORMATS
from leadline.stages.intake.columns import COLUMNS, DOCUMENTS, PACKED, PARQUET, READABLE, RECORD_FORMATS
from leadline.stages.intake.patterns import compile_request
from leadline.stages.intake.refusal import BundleRefused
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import Action, FileKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from leadline.facts.engine import Engine
    from leadline.seal.manifest import RequestPattern

NAME = "tip.toml"
MAX_BYTES = 1 << 20
T = TypeVar("T")


@dataclass(frozen=True)
class Stated:
    """What one `[[file]]` says; empty where it says nothing. ``line`` is that of its heading."""

    path: str
    line: int = 0
    kind: FileKind | None = None
    format: str = ""
    zone: str = ""
    requests: tuple[RequestPattern, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def same_reading(self, other: Stated) -> bool:
        """Whether both say the same about how to read the file."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("kind", "format", "zone", "requests", "columns", "values")
        )


@dataclass(frozen=True)
class Declaration:
    """What `tip.toml` says; ``received_at`` is ISO 8601 Z or empty. A tip without one has all of it empty."""

    reference: str = ""
    provider: str = ""
    received_at: str = ""
    cache_keys: tuple[str, ...] = ()
    files: Mapping[str, Stated] = field(default_factory=dict)


def read_declaration(data: bytes, *, paths: Collection[str], formats: Collection[str], engine: Engine) -> Declaration:
    """Read `tip.toml`. ``paths`` are those of the bundle, ``formats`` the log formats that there are."""
    text = _text(data)
    try:
        stated = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(f"cannot be read: {error}.", NAME, "Mend the line.") from error
    top = _Table(stated, "", _Places(text))
    top.refuse_unknown("tip", "file")
    tip = top.table("tip")
    tip.refuse_unknown("reference", "provider", "received_at", "cache_keys")
    return Declaration(
        reference=tip.text("reference"),
        provider=tip.text("provider"),
        received_at=_instant(tip),
        cache_keys=_cache_keys(tip),
        files=_files(top, _Context(paths, formats, engine)),
    )


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _refused(f"is larger than {MAX_BYTES} bytes.", NAME, "Write it shorter.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise _refused("is not UTF-8.", NAME, "Save it as UTF-8.") from error


def _instant(tip: _Table) -> str:
    stated = tip.get("received_at", datetime, "an instant without quotes, as in received_at = 2019-09-20T02:15:00Z")
    if stated is None:
        return ""
    if stated.tzinfo is None:
        raise tip.wrong("received_at", "has no zone", "Add Z, or the offset, as in 2019-09-20T02:15:00Z.")
    try:
        return iso_z(stated)
    except OverflowError as error:
        raise tip.wrong("received_at", "lies outside the years 1 to 9999 in UTC", "Correct it.") from error


def _cache_keys(tip: _Table) -> tuple[str, ...]:
    stated = tip.get("cache_keys", list, 'a list of texts, as in cache_keys = ["k1"]') or []
    if not all(isinstance(key, str) and key for key in stated) or len(set(stated)) != len(stated):
        raise tip.wrong("cache_keys", "must hold texts, each once", 'Write it as in cache_keys = ["k1", "k2"].')
    return tuple(stated)


# --- files -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Context:
    paths: Collection[str]
    formats: Collection[str]
    engine: Engine


def _files(top: _Table, context: _Context) -> dict[str, Stated]:
    found: dict[str, Stated] = {}
    for table in top.tables("file"):
        one = _file(table, context)
        if one.path in found:
            raise table.wrong("path", f"names {one.path!r} a second time", "Keep one of the two.")
        found[one.path] = one
    return found


def _file(table: _Table, context: _Context) -> Stated:
    table.refuse_unknown("path", "kind", "format", "zone", "request", "columns", "values")
    path = table.text("path")
    if not path:
        raise table.wrong("path", "is missing", 'Add path = "…", as the bundle has it.')
    if path == NAME:
        raise table.wrong("path", f"names {NAME} itself", "Take this entry out.")
    if path not in context.paths:
        raise table.wrong("path", f"names {path!r}, which is not in the bundle", "Correct it, or take the entry out.")
    kind = _kind(table)
    one = Stated(
        path=path,
        line=table.line(""),
        kind=kind,
        format=_format(table, kind, context.formats),
        zone=_zone(table),
        requests=_requests(table, context.engine),
        columns=_columns(table, kind),
        values=_values(table),
    )
    _refuse_misplaced(table, one)
    return one


def _kind(table: _Table) -> FileKind | None:
    word = table.text("kind")
    known = [one.value for one in FileKind]
    if word and word not in known:
        raise table.wrong("kind", f"is {word!r}", f"Write one of {', '.join(known)}.")
    return FileKind(word) if word else None


def _format(table: _Table, kind: FileKind | None, formats: Collection[str]) -> str:
    word = table.text("format")
    known = _formats_of(kind, formats)
    if word and word not in known:
        raise table.wrong("format", f"is {word!r}", f"Write one of {', '.join(sorted(known))}.")
    return word


def _formats_of(kind: FileKind | None, logs: Collection[str]) -> tuple[str, ...]:
    """The formats that a file of this kind may have; of a kind that is not said, all."""
    of_kind: dict[FileKind, tuple[str, ...]] = {
        **{
            kind: (*RECORD_FORMATS, *PACKED, *DOCUMENTS.get(kind, ()))
            for kind in (FileKind.ACCOUNTS, FileKind.INVENTORY)
        },
        FileKind.REPORT: REPORT_FORMATS.names(),
    }
    if kind is None:
        return (*logs, PARQUET, *(name for names in of_kind.values() for name in names if name not in logs))
    return of_kind.get(kind, (*logs, PARQUET))


@cache
def zones() -> frozenset[str]:
    """The names in the pinned time-zone data."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def _zone(table: _Table) -> str:
    word = table.text("zone")
    if word and word not in zones():
        raise table.wrong(
            "zone",
            f"is {word!r}, which the time-zone data do not know",
            'Write a name such as "UTC" or "Pacific/Auckland".',
        )
    return word


def _requests(table: _Table, engine: Engine) -> tuple[RequestPattern, ...]:
    found = []
    for request in table.tables("request"):
        request.refuse_unknown("method", "path", "action")
        for key in ("path", "action"):
            if not request.text(key):
                raise request.wrong(key, "is missing", f"Add {key} = … to this [[file.request]].")
        found.append(
            compile_request(
                method=request.text("method"),
                path=request.text("path"),
                action=request.text("action"),
                where=request.where("path"),
                engine=engine,
            )
        )
    return tuple(found)


def _columns(table: _Table, kind: FileKind | None) -> dict[str, str]:
    stated = table.table("columns")
    mapping = {theirs: stated.text(theirs) for theirs in stated.keys()}  # noqa: SIM118  # no dict
    known = COLUMNS.get(kind, ()) if kind else tuple({name for names in COLUMNS.values() for name in names})
    for theirs, ours in mapping.items():
        if ours not in known:
            raise stated.wrong(theirs, f"is mapped to {ours!r}", f"Write one of {', '.join(sorted(known))}.")
        if list(mapping.values()).count(ours) > 1:
            raise stated.wrong(theirs, f"is mapped to {ours!r}, and another column too", "Keep one of them.")
    return mapping


def _values(table: _Table) -> dict[str, dict[str, str]]:
    stated = table.table("values")
    stated.refuse_unknown("action")
    action = stated.table("action")
    known = [one.value for one in Action]
    mapping = {theirs: action.text(theirs) for theirs in action.keys()}  # noqa: SIM118  # no dict
    for theirs, ours in mapping.items():
        if ours not in known:
            raise action.wrong(theirs, f"is mapped to {ours!r}", f"Write one of {', '.join(known)}.")
    return {"action": mapping} if mapping else {}


def _refuse_misplaced(table: _Table, one: Stated) -> None:
    if one.kind and one.kind not in COLUMNS:
        plain = () if one.kind in READABLE else ("format", "zone")
        for key in (*plain, "columns", "values", "request"):
            if key in table.keys():  # noqa: SIM118  # no dict
                raise table.wrong(key, f"has no meaning for a file of kind {one.kind}", "Take it out.")
    if one.kind in {FileKind.ACCOUNTS, FileKind.INVENTORY} and (one.values or one.requests):
        raise table.wrong("values" if one.values else "request", "has a meaning for access logs only", "Take it out.")
    if one.requests and one.format in RECORD_FORMATS:
        raise table.wrong("request", f"has no meaning for the format {one.format}", "Take it out: a column says it.")


# --- typed values and where they stand -------------------------------------------------------------------


class _Table:
    """A table of the file: takes values out by type, and knows the line of each key."""

    def __init__(self, values: Mapping[str, object], name: str, places: _Places) -> None:
        self._values = values
        self._name = name
        self._places = places

    def keys(self) -> list[str]:
        return list(self._values)

    def get(self, key: str, kind: type[T], wanted: str) -> T | None:
        stated = self._values.get(key)
        if stated is None:
            return None
        if not isinstance(stated, kind) or isinstance(stated, bool):
            raise self.wrong(key, f"must be {wanted}", "Correct it.")
        return stated

    def text(self, key: str) -> str:
        stated = self.get(key, str, "a text in quotes") or ""
        if "\n" in stated or "\0" in stated:
            raise self.wrong(key, "must be one line of text", "Correct it.")
        return stated

    def table(self, key: str) -> _Table:
        return _Table(self.get(key, dict, "a table") or {}, self._inner(key), self._places)

    def tables(self, key: str) -> list[_Table]:
        stated = self.get(key, list, f"written as {self._heading(key)}") or []
        if not all(isinstance(one, dict) for one in stated):
            raise self.wrong(key, f"must be written as {self._heading(key)}", "Correct it.")
        return [_Table(one, f"{self._inner(key)}#{number}", self._places) for number, one in enumerate(stated)]

    def refuse_unknown(self, *known: str) -> None:
        for key in self._values:
            if key not in known:
                raise self.wrong(key, "is not known here", f"Known: {', '.join(known)}.")

    def line(self, key: str) -> int:
        return self._places.line(self._name, key)

    def where(self, key: str) -> str:
        line, table = self.line(key) or self.line(""), self._name
        while not line and table:
            table, _, inner = table.rpartition(".")
            line = self._places.line(table, inner) or self._places.line(table, "")
        return f"{NAME}, line {line}" if line else NAME

    def wrong(self, key: str, what: str, advice: str) -> BundleRefused:
        name = re.sub(r"#[0-9]+", "", self._inner(key))
        return _refused(f"`{name}` {what}.", self.where(key), advice)

    def _heading(self, key: str) -> str:
        return f"[[{re.sub('#[0-9]+', '', self._inner(key))}]]"

    def _inner(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key


class _Places:
    """The line of every heading and key, as far as a plain reading of the lines shows it."""

    _HEADING = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_.\"' -]+?)\s*\]{1,2}\s*(?:#.*)?$")
    _KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*(?:\.[^=]*)?=""")

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}
        table = ""
        for number, line in enumerate(text.split("\n"), start=1):
            if heading := self._HEADING.match(line):
                table = self._enter(heading[1], heading[2].replace(" ", ""))
                self._lines.setdefault((table, ""), number)
            elif key := self._KEY.match(line):
                self._lines.setdefault((table, key[1].strip("\"'")), number)

    def line(self, table: str, key: str) -> int:
        """The line of a key, or of the heading of the table that it names, from 1; 0 where it is not known."""
        inner = f"{table}.{key}" if table else key
        places = ((table, key), (inner, ""), (f"{inner}#0", ""))
        return next((self._lines[place] for place in places if place in self._lines), 0)

    def _enter(self, brackets: str, name: str) -> str:
        """The name of the table that begins, each list of tables with the number of its newest entry."""
        parts = name.split(".")
        if brackets == "[[":
            outer = self._numbered(parts[:-1])
            inner = f"{outer}.{parts[-1]}" if outer else parts[-1]
            self._counts[inner] = self._counts.get(inner, -1) + 1
            return f"{inner}#{self._counts[inner]}"
        return self._numbered(parts)

    def _numbered(self, parts: list[str]) -> str:
        name = ""
        for part in parts:
            name = f"{name}.{part}" if name else part
            if name in self._counts:
                name = f"{name}#{self._counts[name]}"
        return name


def _refused(message: str, where: str, advice: str) -> BundleRefused:
    return BundleRefused(message, code="declaration", where=where, advice=advice)
