"""How a fact table is declared: a class whose annotations become the Arrow schema."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import ClassVar, Union

import pyarrow as pa

_SCALARS: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


class Fact:
    """Base of all fact tables; the docstring of each says what one row is."""

    table: ClassVar[str]
    """Name of the table in the lake and in the engine."""
    version: ClassVar[int] = 1
    """Goes up with a new schema; the old class is kept by a test, old Parquet stays readable."""
    key: ClassVar[tuple[str, ...]]
    """Columns that name a row; rows are written in the order of these columns."""
    bucket: ClassVar[str | None] = None
    """The account column by which rows are laid in buckets, so that one account can be taken out."""


_schemas: dict[type[Fact], pa.Schema] = {}
"""Made once a class; reading one account asks for twenty of them."""


def schema_of(fact: type[Fact]) -> pa.Schema:
    """The Arrow schema of a fact table; a column is nullable only where its annotation says `| None`."""
    if fact not in _schemas:
        hints = typing.get_type_hints(fact)
        columns = {name: hint for name, hint in hints.items() if typing.get_origin(hint) is not ClassVar}
        _schemas[fact] = pa.schema([_field(name, hint) for name, hint in columns.items()])
    return _schemas[fact]


def _field(name: str, hint: object) -> pa.Field:
    nullable = False
    if typing.get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        nullable, hint = True, inner[0]
    return pa.field(name, _type(hint), nullable=nullable)


def _type(hint: object) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) is list:
        return pa.list_(_type(typing.get_args(hint)[0]))
    if isinstance(hint, type) and is_dataclass(hint):
        inner = typing.get_type_hints(hint)
        return pa.struct([_field(f.name, inner[f.name]) for f in fields(hint)])
    raise TypeError(f"a fact table cannot have a column of type {hint!r}")
