"""Malformed lines: how a readable line is spoiled so that it must be refused for one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadline.synthetic.chance import Ints

REASONS: tuple[RejectReason | None, ...] = (
    None,
    RejectReason.EMPTY_LINE,
    RejectReason.NOT_THE_FORMAT,
    RejectReason.TRUNCATED,
    RejectReason.BAD_ENCODING,
    RejectReason.BAD_TIME,
    RejectReason.BAD_ADDRESS,
    RejectReason.MISSING_FIELD,
    RejectReason.TOO_LONG,
)
EMPTY, FOREIGN, CUT, ENCODING, TIME, ADDRESS, FIELD, LONG = range(1, len(REASONS))
IN_COMBINED = (EMPTY, FOREIGN, CUT, ENCODING, TIME, ADDRESS)
IN_CSV = (EMPTY, FOREIGN, ENCODING, TIME, ADDRESS, FIELD)
IN_JSON = (EMPTY, FOREIGN, ENCODING, TIME, ADDRESS, FIELD)
"""Reasons that the malformed lines of each format take in turn; an over-long line stands once in a tip."""
TOO_LONG_BYTES = 1_100_000
_FOREIGN = (b"*** log rotated ***\n", b"<html><body>busy</body></html>\n", b"server started, 4 workers\n")
_NO_ADDRESS = (b"240.1.2.999", b"portal.example", b"2001:db8::12345")


def turns(count: int, reasons: tuple[int, ...], *, with_long: bool = False) -> Ints:
    """``count`` reasons, at least each once, in turn."""
    taken = np.resize(np.array(reasons, dtype=np.int64), max(count, len(reasons)))
    return np.append(taken, LONG) if with_long else taken


def spoil_combined(line: bytes, fault: int, number: int) -> bytes:
    """A combined line that must be refused for REASONS[fault]."""
    return _COMBINED[fault](line, number)


def spoil_csv(line: bytes, fault: int, number: int) -> bytes:
    """A record of the gateway's CSV that must be refused for REASONS[fault]."""
    return _CSV[fault](line, number)


def spoil_json(line: bytes, fault: int, number: int) -> bytes:
    """A line of the interface's JSON that must be refused for REASONS[fault]."""
    return _JSON[fault](line, number)


def _empty(_line: bytes, _number: int) -> bytes:
    return b"\n"


def _foreign(_line: bytes, number: int) -> bytes:
    return _FOREIGN[number % len(_FOREIGN)]


def _cut(line: bytes, number: int) -> bytes:
    """Ends inside the request or inside the client's name, never inside a letter."""
    place = line.index(b'"') + 6 if number % 2 else len(line) - 9
    return line[:place].decode("utf-8", "ignore").rstrip('"\\').encode() + b"\n"


def _encoding(line: bytes, _number: int) -> bytes:
    return line[:-4] + b"\xff\xfe" + line[-4:]


def _combined_time(line: bytes, number: int) -> bytes:
    begin = line.index(b"[")
    wrong = (b"[31/Feb/2019:10:00:00 +1300]", b"[12/Mar/2019:25:61:00 +1300]")[number % 2]
    return line[:begin] + wrong + line[line.index(b"]") + 1 :]


def _combined_address(line: bytes, number: int) -> bytes:
    return _NO_ADDRESS[number % len(_NO_ADDRESS)] + line[line.index(b" ") :]


def _long(line: bytes, _number: int) -> bytes:
    return line[:-3] + b"x" * TOO_LONG_BYTES + line[-3:]


def _csv_foreign(line: bytes, number: int) -> bytes:
    """A field too many or too few."""
    return line[:-1] + b",more,fields\n" if number % 2 else line[: line.index(b",")] + b",only,three\n"


def _csv_field(index: int, wrong: tuple[bytes, ...]) -> Callable[[bytes, int], bytes]:
    def spoil(line: bytes, number: int) -> bytes:
        fields = line.split(b",")
        fields[index] = wrong[number % len(wrong)]
        return b",".join(fields)

    return spoil


def _json_value(name: bytes, wrong: tuple[bytes, ...]) -> Callable[[bytes, int], bytes]:
    def spoil(line: bytes, number: int) -> bytes:
        begin = line.index(b'"' + name + b'":"') + len(name) + 4
        return line[:begin] + wrong[number % len(wrong)] + line[line.index(b'"', begin) :]

    return spoil


def _json_without(line: bytes, _number: int) -> bytes:
    return line.replace(b'"from":', b'"from_whom":', 1)


def _json_foreign(_line: bytes, number: int) -> bytes:
    return (b"interface restarted\n", b"[1, 2]\n", b'{"when":"a","when":"b"}\n')[number % 3]


_COMBINED = {
    EMPTY: _empty, FOREIGN: _foreign, CUT: _cut, ENCODING: _encoding, TIME: _combined_time,
    ADDRESS: _combined_address, LONG: _long,
}  # fmt: skip
_CSV = {
    EMPTY: _empty, FOREIGN: _csv_foreign, ENCODING: _encoding,
    TIME: _csv_field(0, (b"2019-02-30T10:00:00Z", b"2019-03-12T25:61:00Z")),
    ADDRESS: _csv_field(2, _NO_ADDRESS), FIELD: _csv_field(2, (b"",)),
}  # fmt: skip
_JSON = {
    EMPTY: _empty, FOREIGN: _json_foreign, ENCODING: _encoding,
    TIME: _json_value(b"when", (b"2019-02-30T10:00:00Z", b"yesterday")),
    ADDRESS: _json_value(b"from", _NO_ADDRESS), FIELD: _json_without,
}  # fmt: skip
