"""How the lines of a log are laid out, as data: one pattern a line, fields between delimiters, or one JSON object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS = (
    "time",
    "date",
    "address",
    "port",
    "account",
    "method",
    "path",
    "request",
    "action",
    "object",
    "status",
    "bytes",
    "agent",
    "session",
)
"""What a format can say about an access. `request` is a whole request line, as web servers write it."""

OUR_COLUMNS: Mapping[str, str] = {
    "accessed_at": "time",
    "account_key": "account",
    "remote_ip": "address",
    "remote_port": "port",
    "action": "action",
    "object_key": "object",
    "bytes": "bytes",
    "status": "status",
    "user_agent": "agent",
    "session": "session",
}
"""The contract's columns of an access → the field that each is."""
REQUIRED_COLUMNS = ("accessed_at", "remote_ip", "action", "object_key")


@dataclass(frozen=True)
class Piece:
    """A piece of a line: what it looks like whole, what it may look like where the line is cut off in it.

    ``pattern`` is RE2 without groups that capture. The field ``name`` (empty: of no use) is the part between
    ``before`` and ``after``.
    """

    pattern: str
    name: str = ""
    before: str = ""
    after: str = ""
    cut_off: str = ""

    def whole(self, *, captured: bool = False) -> str:
        held = f"(?:{self.pattern})" if "|" in self.pattern else self.pattern
        inner = f"({self.pattern})" if captured else held
        return f"{self.before}{inner}{self.after}"


def literal(text: str) -> tuple[Piece, ...]:
    """The characters of ``text``, as they are."""
    return tuple(Piece(re.escape(character)) for character in text)


def token(name: str = "", pattern: str = "[^ ]+", *, cut_off: str | None = None) -> Piece:
    """A piece that ends where its pattern does; cut off it looks like itself, if nothing else is said."""
    return Piece(pattern, name, cut_off=pattern if cut_off is None else cut_off)


def quoted(name: str = "") -> Piece:
    r"""Text between double quotes; within, ``\`` and the character after it stand together."""
    inner = r'(?:[^"\\]|\\[^\n])*'
    return Piece(inner, name, before='"', after='"', cut_off=f'"{inner}\\\\?')


@dataclass(frozen=True)
class PatternLayout:
    """Each line is its ``pieces`` in order, then perhaps all of ``tail``, then perhaps ``more`` (RE2, ungrouped).

    A line that is not whole but begins with the first ``sure`` pieces, or with a beginning that matches
    ``start`` (RE2, no longer than the first piece), and then ends within the layout, was cut off.
    """

    pieces: tuple[Piece, ...]
    tail: tuple[Piece, ...] = ()
    more: str = ""
    sure: int = 1
    start: str = ""

    def fields(self) -> tuple[str, ...]:
        return tuple(piece.name for piece in (*self.pieces, *self.tail) if piece.name)

    def names(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The wanted fields in the order of the groups of :meth:`pattern`: those that the layout lacks come first."""
        held = [name for name in self.fields() if name in wanted]
        return (*(name for name in wanted if name not in held), *held)

    def pattern(self, wanted: Sequence[str]) -> str:
        """RE2 for a whole line, anchored, one group for each wanted field; an empty one where the layout lacks it."""
        lacking = "()" * len([name for name in wanted if name not in self.fields()])
        main = "".join(piece.whole(captured=piece.name in wanted) for piece in self.pieces)
        tail = "".join(piece.whole(captured=piece.name in wanted) for piece in self.tail)
        return f"^{lacking}{main}{f'(?:{tail})?' if tail else ''}{self.more}$"

    @cached_property
    def cut_short(self) -> str:
        """RE2, without anchors and groups, for a line that was cut off; whole lines may match it too."""
        surely = "".join(piece.whole() for piece in self.pieces[: self.sure]) + self._beginning(self.sure)
        return f"(?:{surely}|{self.start}{self._beginning(1)})" if self.start else surely

    def _beginning(self, first: int) -> str:
        found = ""
        for piece in reversed((*self.pieces, *self.tail)[first:]):
            cut_off = f"{piece.cut_off}|" if piece.cut_off else ""
            found = f"(?:{cut_off}{piece.whole()}{found})?"
        return found


@dataclass(frozen=True)
class FieldsLayout:
    """Each line is fields between delimiters, named by a header.

    ``header`` is `csv` (the first record; quotes and several lines a record; the columns are mapped by `tip.toml`) or
    `directive` (lines that begin with ``#``; ``#Fields:`` names the columns, and may come again). ``columns`` maps
    their names to fields. ``nothing`` is how an empty value is written.
    """

    header: str
    delimiter: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    nothing: str = ""
    spare_end: bool = False
    """A line may have one delimiter too many at its end."""


@dataclass(frozen=True)
class ObjectLayout:
    """Each line is one JSON object. ``columns`` maps keys to fields; a dot in a key goes into an inner object.

    Without ``columns`` the keys are mapped as CSV columns are. Of several keys for one field the first that has a
    value counts; `request` gives `method` and `path` where no key of their own does.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[tuple[str, ...], ...] = ()
    """An object is of this layout where it has one key of each of these groups; without them, most of ``columns``."""


Layout = PatternLayout | FieldsLayout | ObjectLayout


def columns_of(names: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Their column names → fields, as ``mapping`` (theirs → ours) says; a free name that is ours maps itself."""
    found = {name: OUR_COLUMNS[mapping[name]] for name in names if mapping.get(name) in OUR_COLUMNS}
    taken = set(found.values())
    for name in names:
        if name not in mapping and name in OUR_COLUMNS and OUR_COLUMNS[name] not in taken:
            found[name] = OUR_COLUMNS[name]
    return found
