"""The common log line without surprises, read as columns of bytes: several times as fast as a pattern, and the same.

Only lines are read here of which it is certain that the format's pattern says the same: address in dotted form or
IPv6, identity `-`, a time that exists, a request that is one, no backslash. Every other line is left to the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from leadline.reading.layouts import PatternLayout
from leadline.reading.lines import LINES
from leadline.stages.accesses.dotted import dotted_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadline.reading.formats import LogFormat
    from leadline.reading.lines import Block, Bools, Ints

    Bytes = npt.NDArray[np.uint8]

SAID = pa.schema(
    [
        pa.field("line", pa.int64()),
        pa.field("reason", pa.string()),
        pa.field("accessed_at", pa.timestamp("us", "UTC")),
        pa.field("clock", pa.timestamp("us", "UTC")),
        pa.field("time_text", pa.string()),
        pa.field("address_text", pa.string()),
        pa.field("number", pa.int64()),
        pa.field("method", pa.string()),
        pa.field("path", pa.string()),
        pa.field("action_text", pa.string()),
        pa.field("object_text", pa.string()),
    ]
)
"""What the rule `said_pattern` gives of each line."""
DETAILS = pa.schema(
    [
        ("line", pa.int64()),
        ("account_key", pa.string()),
        ("status", pa.int64()),
        ("bytes", pa.int64()),
        ("agent", pa.string()),
        ("text", pa.string()),
    ]
)
"""The rest of what kept lines say, and the lines whole."""

_LAYOUT = (
    r'^([^ ]+)\ [^ ]+\ ([^ \[]+)\ \[([^\]]+)\]\ "((?:[^"\\]|\\[^\n])*)"\ ([0-9]{3}|-)\ ([0-9]+|-)'
    r'(?:\ "(?:(?:[^"\\]|\\[^\n])*)"\ "((?:[^"\\]|\\[^\n])*)")?$'
)
_FIELDS = ("address", "account", "time", "request", "status", "bytes", "agent")
_SPACE, _QUOTE, _BACKSLASH, _ASKED, _DASH, _PLUS, _OPENS = (ord(c) for c in ' "\\?-+[')
_TOGETHER = 1 << 14
_SCAN = 1 << 17
_MARGIN = 256
_SHORTEST = 56
"""Bytes of a line below which no care is taken."""
_WINDOW, _WINDOWS = 48, 6
"""Bytes of a target that are looked at together, and how often."""
_MONTH_CODES = [sum(code << 8 * (2 - at) for at, code in enumerate(name.encode())) for name in (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")]  # fmt: skip
_ORDER = np.argsort(_MONTH_CODES)
_CODES = np.array(_MONTH_CODES, dtype=np.int64)[_ORDER]
_FIRST_YEAR, _YEARS = 1970, 130
_DAYS = np.arange(_FIRST_YEAR * 12 - 1970 * 12, (_FIRST_YEAR + _YEARS) * 12 - 1970 * 12 + 1).astype("datetime64[M]")
_MONTH_BEGINS = _DAYS.astype("datetime64[D]").astype(np.int64)
_DIGITS = [0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 22, 23, 24, 25]
_PLACES = (
    "start", "end", "address_end", "account", "account_end", "quote_0", "quote_1", "quote_4", "quote_5", "method_end",
    "target", "path_end", "status_end", "bytes_end",
)  # fmt: skip
_FAR = np.iinfo(np.int64).max
_NOWHERE = np.empty(0, dtype=np.int64)
_UNCLEAR = np.isin(np.arange(256), list(b'"\\\r\n'))
"""What makes a backslash before it more than a character among others."""
_MARKS = ((2, "/"), (6, "/"), (11, ":"), (14, ":"), (17, ":"), (20, " "), (26, "]"), (27, " "), (28, '"'))


def reads_columns(form: LogFormat) -> bool:
    """Whether a format's lines are those that are known here; a pattern that was changed is not."""
    layout = form.layout
    known = isinstance(layout, PatternLayout) and layout.pattern(_FIELDS) == _LAYOUT
    return known and form.times == "clf" and not form.absolute_targets


@dataclass(frozen=True)
class Columns:
    """Lines that were read: of each its number, instant and IPv4 address, and where in the block the rest lies."""

    block: Block
    held: dict[str, npt.NDArray[Any]]

    @property
    def lines(self) -> Ints:
        """Their numbers, rising."""
        return self.held["row"] + self.block.first

    @property
    def numbers(self) -> Ints:
        """The IPv4 address of each as a number; -1 for any other address."""
        return self.held["number"]

    @property
    def instants(self) -> Ints:
        """Microseconds since 1970."""
        return self.held["instant"]

    def asking(self, beginnings: Sequence[bytes]) -> Ints:
        """The rows whose target begins with one of these; all of them where there is no beginning."""
        data, target = np.frombuffer(self.block.data, dtype=np.uint8), self.held["target"]
        if not beginnings or not len(target):
            return np.arange(len(target))
        found = np.zeros(len(target), dtype=bool)
        for beginning in beginnings:
            here = np.ones(len(target), dtype=bool)
            for place, letter in enumerate(beginning):
                here &= data[target + place] == letter
            found |= here
        return np.flatnonzero(found)

    def requests(self, rows: Ints) -> pa.Table:
        """What some of the lines asked for: `line, method, path`; ``rows`` rise."""
        held = {name: self.held[name][rows] for name in ("row", "quote_0", "method_end", "target", "path_end")}
        return pa.table(
            {
                "line": held["row"] + self.block.first,
                "method": self._texts(held["quote_0"] + 1, held["method_end"]),
                "path": self._texts(held["target"], held["path_end"]),
            }
        )

    def said(self, rows: Ints) -> pa.Table:
        """What some of the lines say (schema `SAID`); ``rows`` rise."""
        held = {name: values[rows] for name, values in self.held.items()}
        number = held["number"]
        none, untold = pa.nulls(len(rows), pa.string()), pa.nulls(len(rows), pa.timestamp("us", "UTC"))
        said = {
            "line": held["row"] + self.block.first,
            "reason": none,
            "accessed_at": pa.array(held["instant"], pa.int64()).view(pa.timestamp("us", "UTC")),
            "clock": untold,
            "time_text": self._texts(held["account_end"] + 2, held["quote_0"] - 2),
            "address_text": self._texts(held["start"], held["address_end"]),
            "number": pa.array(number, mask=number < 0),
            "method": self._texts(held["quote_0"] + 1, held["method_end"]),
            "path": self._texts(held["target"], held["path_end"]),
            "action_text": none,
            "object_text": none,
        }
        return pa.table(said, schema=SAID)

    def details(self, lines: Ints) -> pa.Table:
        """The rest of what some of the lines say, schema `DETAILS`; ``lines`` are sorted."""
        rows = np.searchsorted(self.lines, lines)
        held = {name: values[rows] for name, values in self.held.items()}
        six = held["six"]
        opened, closed = np.where(six, held["quote_4"] + 1, held["end"]), np.where(six, held["quote_5"], held["end"])
        found = {
            "line": lines,
            "account_key": self._texts(held["account"], held["account_end"]),
            "status": self._whole(held["quote_1"] + 2, held["status_end"]),
            "bytes": self._whole(held["status_end"] + 1, held["bytes_end"]),
            "agent": self._texts(opened, closed),
            "text": self._texts(held["start"], held["end"]),
        }
        return pa.table(found, schema=DETAILS)

    def texts(self, rows: Ints) -> pa.Table:
        """Some of the lines whole (schema `LINES`); ``rows`` rise."""
        texts = self._texts(self.held["start"][rows], self.held["end"][rows])
        return pa.table({"line": self.lines[rows], "text": texts}, schema=LINES)

    def _texts(self, first: Ints, after: Ints) -> pa.Array:
        return _texts(self.block.data, first, after)

    def _whole(self, first: Ints, after: Ints) -> pa.Array:
        """The whole numbers between places; none where a dash stands."""
        data = np.frombuffer(self.block.data, dtype=np.uint8)
        length, found = after - first, np.zeros(len(first), dtype=np.int64)
        for place in range(int(length.max(initial=0))):
            within = place < length
            figure = data[np.where(within, first + place, first)].astype(np.int64) - ord("0")
            found = np.where(within, found * 10 + figure, found)
        return pa.array(found, mask=data[first] == _DASH)


def read_columns(block: Block, rows: Ints) -> tuple[Columns, Ints]:
    """Read what can be read of the chosen rows of a block; and the rows that are left."""
    pieces = []
    for first in range(0, len(rows), _TOGETHER):
        lines = _Lines(block, rows[first : first + _TOGETHER])
        for step in (lines.quotes, lines.address, lines.account, lines.time, lines.request, lines.numbers):
            step()
        pieces.append(lines.places())
    names = (*_PLACES, "row", "number", "instant", "six")
    held = {name: np.concatenate([_NOWHERE, *(piece[name] for piece in pieces)]) for name in names}
    held["six"] = held["six"].astype(bool)
    return Columns(block, held), np.setdiff1d(rows, held["row"], assume_unique=True)


class _Lines:
    """Rows that may still be read here, and what is known of them; each step keeps those that it can vouch for.

    So few rows are held that all of it stays in the processor's cache. Places count from the first row's beginning.
    """

    def __init__(self, block: Block, rows: Ints) -> None:
        self._base = int(block.starts[rows[0]])
        after = int(block.ends[rows[-1]])
        self._data = np.frombuffer(block.data, dtype=np.uint8)[self._base : after + _MARGIN]
        if len(self._data) < after + _MARGIN - self._base:
            self._data = np.append(self._data, np.zeros(_MARGIN, dtype=np.uint8))
        start, end = block.starts[rows] - self._base, block.ends[rows] - self._base
        self._known: dict[str, npt.NDArray[Any]] = {"row": rows, "start": start, "end": end}

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._known[name]

    def _keep(self, good: Bools) -> None:
        if not good.all():
            self._known = {name: values[good] for name, values in self._known.items()}

    def _at(self, places: Ints) -> Bytes:
        """The byte at each place."""
        return self._data[places]

    def _around(self, places: Ints, width: int) -> Bytes:
        """``width`` bytes from each place on, whatever line they belong to."""
        # One item of so many bytes at every byte: copied whole, ten times as fast as byte for byte.
        items: npt.NDArray[Any] = np.ndarray((len(self._data) - width + 1,), f"V{width}", self._data, strides=(1,))
        return items[places].view(np.uint8).reshape(len(places), width)

    def quotes(self) -> None:
        """Two quotes or six, none of them escaped; and the last quote of six at the line's end."""
        marks = _places(self._data[:-_MARGIN])
        quoting = self._data[marks] == _QUOTE
        places, escapes = marks[quoting], marks[~quoting]
        first = np.searchsorted(places, self["start"])
        count = np.diff(first, append=len(places))
        places = np.append(places, len(self._data) - _MARGIN)
        six = count == 6
        good = (self["end"] - self["start"] >= _SHORTEST) & (six | (count == 2))
        if len(escapes):
            unclear = escapes[_UNCLEAR[self._at(escapes + 1)]]
            good[np.searchsorted(self["start"], unclear, side="right") - 1] = False
        found = {f"quote_{number}": places.take(first + number, mode="clip") for number in range(6)}
        self._known |= {"six": six, **found}
        self._keep(good)
        whole = (self["quote_5"] == self["end"] - 1) & (self["quote_4"] == self["quote_3"] + 2)
        self._keep(~self["six"] | (whole & (self._at(self["quote_3"] + 1) == _SPACE)))

    def address(self) -> None:
        """What stands before the first space, IPv4 as a number; then `- `."""
        window = self._around(self["start"], 16)
        blank = window == _SPACE
        length = blank.argmax(axis=1)
        long = np.flatnonzero(length == 0)
        length[long] = (self._around(self["start"][long], 48) == _SPACE).argmax(axis=1)
        after = self["start"] + length
        good = length > 0
        for offset, mark in enumerate(b" - "):
            good &= self._at(after + offset) == mark
        self._known |= {"address_end": after, "number": dotted_numbers(window, length)}
        self._keep(good & (after + 3 < self["end"]))

    def account(self) -> None:
        """One word without an opening bracket, then ` [`."""
        begins = self["address_end"] + 3
        window = self._around(begins, 40)
        ends = (window == _SPACE) | (window == _OPENS)
        length = ends.argmax(axis=1)
        after = begins + length
        good = (length > 0) & (after + 30 < self["end"]) & (after + 30 == self["quote_0"])
        good &= (self._at(after) == _SPACE) & (self._at(after + 1) == _OPENS)
        self._known |= {"account": begins, "account_end": after}
        self._keep(good)

    def time(self) -> None:
        """A CLF time that exists, between 1970 and 2099."""
        text = np.ascontiguousarray(self._around(self["account_end"] + 2, 29).T)
        good = np.ones(text.shape[1], dtype=bool)
        for place, mark in _MARKS:
            good &= text[place] == ord(mark)
        digits = text[_DIGITS] - np.uint8(ord("0"))
        good &= (digits < 10).all(axis=0)
        day, century, years, hour, minute, second, ahead, beside = digits[0::2] * np.uint8(10) + digits[1::2]
        year = century.astype(np.int64) * 100 + years
        code = text[3].astype(np.int64) << 16 | text[4].astype(np.int64) << 8 | text[5]
        at = np.minimum(np.searchsorted(_CODES, code), 11)
        good &= (_CODES[at] == code) & (year >= _FIRST_YEAR) & (year < _FIRST_YEAR + _YEARS)
        good &= (hour < 24) & (minute < 60) & (second < 60) & (ahead < 15) & (beside < 60)
        good &= (text[21] == _DASH) | (text[21] == _PLUS)
        month = np.where(good, (year - _FIRST_YEAR) * 12 + _ORDER[at], 0)
        good &= (day > 0) & (day <= _MONTH_BEGINS[month + 1] - _MONTH_BEGINS[month])
        seconds = (_MONTH_BEGINS[month] + day - 1) * 86_400 + _seconds(hour, minute) + second
        sign = np.where(text[21] == _DASH, 1, -1)
        self._known["instant"] = (seconds + sign * _seconds(ahead, beside)) * 1_000_000
        self._keep(good)

    def request(self) -> None:
        """A method, a target without a space, and `HTTP/` with three more characters before the closing quote."""
        begins, ends = self["quote_0"] + 1, self["quote_1"]
        method = (self._around(begins, 8) == _SPACE).argmax(axis=1)
        target, stop = begins + method + 1, ends - 9
        good = (method > 0) & (target < stop) & (ends + 6 < self["end"])
        tail = self._around(stop, 9)
        for place, mark in enumerate(b" HTTP/"):
            good &= tail[:, place] == mark
        good &= (tail[:, 6:] != _SPACE).all(axis=1)
        self._known |= {"method_end": begins + method, "target": target, "stop": stop}
        self._keep(good)
        space, asked = self._in_target()
        self._known["path_end"] = np.minimum(asked, self["stop"])
        self._keep((space == self["stop"]) & (self["path_end"] > self["target"]))

    def _in_target(self) -> tuple[Ints, Ints]:
        """The first space after the target's beginning (0: too far away), and the first question mark before it."""
        target = self["target"]
        space, asked = np.zeros(len(target), dtype=np.int64), np.full(len(target), _FAR)
        looking = np.arange(len(target))
        for step in range(_WINDOWS):
            begins = target[looking] + step * _WINDOW
            window = self._around(begins, _WINDOW)
            mark, end = _first(window, _ASKED), _first(window, _SPACE)
            asked[looking] = np.minimum(asked[looking], np.where(mark < _WINDOW, begins + mark, _FAR))
            space[looking] = np.where(end < _WINDOW, begins + end, 0)
            looking = looking[end == _WINDOW]
        return space, asked

    def numbers(self) -> None:
        """A status of three digits or `-`, and a count of bytes or `-`, up to the third quote or the line's end."""
        begins = self["quote_1"]
        ends = np.where(self["six"], self["quote_2"] - 1, self["end"])
        head = self._around(begins + 1, 5)
        numeric = ((head[:, 1:4] - ord("0")) < 10).all(axis=1)
        status_end = begins + 2 + np.where(numeric, 3, 1)
        good = (head[:, 0] == _SPACE) & (numeric | (head[:, 1] == _DASH))
        good &= self._at(status_end) == _SPACE
        length = ends - status_end - 1
        good &= (length > 0) & (length <= 15)
        window = self._around(status_end + 1, 16)
        digits = (window - ord("0")) < 10
        good &= (digits.argmin(axis=1) == length) | ((length == 1) & (window[:, 0] == _DASH))
        good &= ~self["six"] | (self._at(self["quote_2"] - 1) == _SPACE)
        self._known |= {"status_end": status_end, "bytes_end": ends}
        self._keep(good)

    def places(self) -> dict[str, npt.NDArray[Any]]:
        """What was found of the rows that are left, places in the whole block."""
        shifted = {name: self._known.get(name, _NOWHERE) + self._base for name in _PLACES}
        return shifted | {name: self._known.get(name, _NOWHERE) for name in ("row", "number", "instant", "six")}


def _places(data: Bytes) -> Ints:
    """Where quotes and backslashes stand; small steps stay in the processor's cache."""
    found = []
    for at in range(0, len(data), _SCAN):
        piece = data[at : at + _SCAN]
        found.append(np.flatnonzero((piece == _QUOTE) | (piece == _BACKSLASH)) + at)
    return np.concatenate(found)


def _first(window: Bytes, mark: int) -> Ints:
    """Where a byte stands first in each row; the row's length where it does not."""
    hit = window == mark
    first: Ints = np.where(hit.any(axis=1), hit.argmax(axis=1), window.shape[1])
    return first


def _seconds(hours: Bytes, minutes: Bytes) -> Ints:
    return hours.astype(np.int64) * 3_600 + minutes.astype(np.int64) * 60


def _texts(data: bytes, first: Ints, after: Ints) -> pa.Array:
    """The texts between places that rise from row to row."""
    if not len(first):
        return pa.array([], pa.string())
    offsets = np.empty(2 * len(first), dtype=np.int32)
    offsets[0::2] = first
    offsets[1::2] = after
    pieces = pa.StringArray.from_buffers(2 * len(first) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    return pieces.take(pa.array(np.arange(0, 2 * len(first), 2)))
