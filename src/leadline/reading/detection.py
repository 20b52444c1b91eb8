"""Telling a log's format and its need of a zone from its first lines, for formats with a header or of objects."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.reading.layouts import OUR_COLUMNS, FieldsLayout, Layout, ObjectLayout, columns_of
from leadline.reading.records import csv_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DIRECTIVE = "#Fields:"
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?", re.ASCII)
_SURE, _UNSURE = 80, 30
"""A table with the columns of an access in our own words, and any other table: it may be anything."""


def recognise_fields(layout: FieldsLayout, lines: Sequence[str]) -> int:
    """0 to 100 for a layout with a header; ``lines`` are not blank."""
    if layout.header == "directive":
        stated = [line for line in lines if line.startswith(DIRECTIVE)]
        known = any(set(fields_of_directive(line)) & set(layout.columns) for line in stated)
        data = [line for line in lines if not line.startswith("#")]
        fits = all(layout.delimiter in line for line in data)
        return 90 if known and fits else 0
    if lines[0].startswith(("#", "{", "[")):
        return 0
    try:
        names = csv_shape(lines[0].encode()).columns
    except InputRefused:
        return 0
    return _score(names) if len(names) > 1 and all(name.strip() for name in names) else 0


def recognise_objects(layout: ObjectLayout, lines: Sequence[str]) -> int:
    """0 to 100 for lines that are JSON objects; a layout with keys of its own wants all that it needs."""
    columns = layout.columns
    found = [stated for line in lines if (stated := _object(line)) is not None]
    if 2 * len(found) <= len(lines):
        return 0
    if layout.needs:
        whole = [all(_has_one(stated, group) for group in layout.needs) for stated in found]
        return 95 if 2 * sum(whole) > len(found) else 0
    if columns:
        known = [sum(_has(stated, key.split(".")) for key in columns) for stated in found]
        return 95 if all(2 * count >= len(columns) for count in known) else 0
    return _score(list(found[0]))


def fields_of_directive(line: str) -> tuple[str, ...]:
    """The column names of a `#Fields:` line."""
    return tuple(line.removeprefix(DIRECTIVE).split())


def unzoned_values(layout: Layout, lines: Sequence[str], columns: Mapping[str, str]) -> bool:
    """Whether a value in the column of `accessed_at` names a time of day and no zone."""
    if isinstance(layout, FieldsLayout):
        values = _table_times(lines, columns)
    elif isinstance(layout, ObjectLayout) and layout.columns:
        values = _own_times(layout, lines, columns)
    else:
        values = _objects_times(lines, columns)
    return any(_LOCAL.fullmatch(value) for value in values)


def _score(names: Sequence[str]) -> int:
    return _SURE if {"accessed_at", "remote_ip"} <= set(names) else _UNSURE


def _table_times(lines: Sequence[str], columns: Mapping[str, str]) -> Iterator[str]:
    filled = [line for line in lines if line.strip()]
    try:
        shape = csv_shape(filled[0].encode()) if filled else None
    except InputRefused:
        return
    fields = columns_of(shape.columns, columns) if shape else {}
    places = [place for place, name in enumerate(shape.columns) if fields.get(name) == "time"] if shape else []
    for line in filled[1:]:
        values = line.split(shape.delimiter) if shape else []
        yield from (values[place].strip('"') for place in places if place < len(values))


def _objects_times(lines: Sequence[str], columns: Mapping[str, str]) -> Iterator[str]:
    for line in lines:
        stated = _object(line) or {}
        for name, field in columns_of(list(stated), columns).items():
            if field == "time" and isinstance(stated[name], str):
                yield stated[name]


def _own_times(layout: ObjectLayout, lines: Sequence[str], columns: Mapping[str, str]) -> Iterator[str]:
    """The times of objects whose keys the format names, unless `tip.toml` names another."""
    mapped = [name for name, ours in columns.items() if OUR_COLUMNS.get(ours) == "time"]
    names = mapped or [name for name, field in layout.columns.items() if field == "time"]
    for line in lines:
        stated = _object(line) or {}
        yield from (value for name in names if isinstance(value := stated.get(name), str))


def _has_one(stated: object, keys: Sequence[str]) -> bool:
    return any(_has(stated, [key]) for key in keys)


def _has(stated: object, path: Sequence[str]) -> bool:
    for key in path:
        if not isinstance(stated, dict) or key not in stated:
            return False
        stated = stated[key]
    return True


def _object(line: str) -> dict[str, str] | None:
    try:
        stated = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return stated if isinstance(stated, dict) else None
