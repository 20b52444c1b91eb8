"""Rows of papers to Arrow tables: what each row says, in forms that rules can compare; nothing is judged here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from leadline.errors import InputRefused, WrongUsage
from leadline.reading.identifiers import email_forms, is_full_name, name_words, telephone
from leadline.reading.records import Refusal, read_records
from leadline.stages.answers.forms import (
    ANSWER_COLUMNS,
    CHECK_NEEDS,
    CHECK_WORDS,
    REQUEST_COLUMNS,
    RESULT_COLUMNS,
    RESULT_COUNTS,
)
from leadline.vocabulary.checkdigits import check_digit, request_text
from leadline.vocabulary.endpoints import MAX_PORT, parse_address
from leadline.vocabulary.instants import iso_z, parse_zoned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leadline.reading.records import Record
    from leadline.seal.returned import Paper

_INSTANT = pa.timestamp("us", tz="UTC")
_PLACE = [("paper_no", pa.int64()), ("paper", pa.string()), ("row", pa.int64()), ("text_sha256", pa.string())]
_PERSON = [(name, pa.string()) for name in ("name_form", "email_form", "phone_form")]
SAID = pa.schema(
    [
        *_PLACE,
        ("problem", pa.string()),
        ("missing", pa.string()),
        *((name, pa.string()) for name in ("request_id", "check_digit", "own_digit", "holder", "address")),
        ("port", pa.int64()),
        ("instant", _INSTANT),
        ("filled", pa.bool_()),
        *((name, pa.string()) for name in ANSWER_COLUMNS[:6]),
        ("source", pa.string()),
        ("subscriber_key", pa.string()),
        *_PERSON,
        ("valid_from", _INSTANT),
        ("valid_to", _INSTANT),
        ("bad_time", pa.string()),
        ("damaged", pa.string()),
        ("looked_up", pa.bool_()),
        ("looked_up_address", pa.string()),
        ("looked_up_port", pa.int64()),
        ("looked_up_at", _INSTANT),
    ]
)
"""One row a row of an answers paper. `problem`, `missing`, `bad_time` and `damaged` name what is wrong, or are empty;
`address` is a key ('' where none was written); ports are -1 where what is written is none; `holder` is NULL where
the form has no such column."""
CHECKED = pa.schema(
    [
        *_PLACE,
        ("problem", pa.string()),
        ("missing", pa.string()),
        *((name, pa.string()) for name in ("account_key", "check_name", "state", "source", "reference")),
        ("checked_by", pa.string()),
        ("checked_at", _INSTANT),
        *((name, pa.string()) for name in ("subject_name", "subject_email", "subject_phone")),
        *_PERSON,
        *((name, pa.string()) for name in ("tool", "level", "tool_version")),
    ]
)
"""One row a row of a checks paper."""
RESULT = pa.schema(
    [
        *_PLACE,
        ("problem", pa.string()),
        ("missing", pa.string()),
        ("account_key", pa.string()),
        ("examination", pa.string()),
        ("examined_at", _INSTANT),
        *((name, pa.int64()) for name in RESULT_COUNTS),
    ]
)
"""One row a line of a device's result."""
_DAMAGED = re.compile(r"=.*|#+|#[A-Z/0]+[?!A]|[+-]?[0-9]+(?:[.,][0-9]+)?E[+-][0-9]+", re.ASCII | re.DOTALL)
"""A formula, its fault, figures that a column was too narrow for, a long number in scientific notation: a spreadsheet
makes one text of many customers' numbers."""
_EARLIEST, _LATEST = timedelta(hours=12), timedelta(hours=10)
"""A day without a zone holds everywhere only from 12:00 UTC of its date (UTC-12) and until 10:00 UTC (UTC+14)."""


def answer_rows(paper: Paper, number: int, stream: BinaryIO) -> pa.Table:
    """The rows of an answers paper, columns :data:`SAID`; :class:`InputRefused` where it is no answer form."""
    return pa.Table.from_pylist([_answer(row) for row in _rows(paper, number, stream, REQUEST_COLUMNS)], schema=SAID)


def check_rows(paper: Paper, number: int, stream: BinaryIO) -> pa.Table:
    """The rows of a checks paper, columns :data:`CHECKED`; :class:`InputRefused` where it is none."""
    return pa.Table.from_pylist([_check(row) for row in _rows(paper, number, stream, CHECK_NEEDS)], schema=CHECKED)


def result_rows(paper: Paper, number: int, stream: BinaryIO) -> pa.Table:
    """The lines of a device's result, columns :data:`RESULT`."""
    return pa.Table.from_pylist([_result(row) for row in _rows(paper, number, stream, ())], schema=RESULT)


class _Row:
    """One row of a paper: where it stands and its fields, outer blanks dropped."""

    def __init__(self, paper: Paper, number: int, record: Record | Refusal) -> None:
        self.fields: Mapping[str, str] = {}
        self.place: dict[str, object] = {"paper_no": number, "paper": paper.paper, "row": record.line}
        if isinstance(record, Refusal):
            self.place |= {"text_sha256": record.text_sha256, "problem": str(record.reason)}
            return
        self.place |= {"text_sha256": sha256(record.raw).hexdigest(), "problem": ""}
        # An account key is compared byte for byte, blanks included; everything else is written by hand.
        stated = {name.strip().casefold(): value for name, value in record.fields.items()}
        if paper.kind == "checks":
            stated = {CHECK_WORDS.get(name, name): value for name, value in stated.items()} | {
                name: value for name, value in stated.items() if name not in CHECK_WORDS
            }
        self.fields = {name: value if name == "account_key" else value.strip() for name, value in stated.items()}

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def missing(self, needs: tuple[str, ...]) -> str:
        return next((name for name in needs if not self[name]), "")


def _rows(paper: Paper, number: int, stream: BinaryIO, needs: tuple[str, ...]) -> Iterator[_Row]:
    known = False
    for record in read_records(stream, paper.form):
        row = _Row(paper, number, record)
        if row.fields and not known:
            _refuse_other_form(row, needs)
            known = True
        if row.fields or row.place["problem"] != "empty-line":
            yield row
    if not known:
        raise InputRefused("there is no row that can be read.", advice="Send back the form as it was made, filled in.")


def _refuse_other_form(row: _Row, needs: tuple[str, ...]) -> None:
    if lacking := [name for name in needs if name not in row.fields]:
        raise InputRefused(
            f"the header lacks {', '.join(lacking)}.",
            where="line 1",
            advice="Send back the form as it was made, with its columns; others may stand beside them.",
        )


def _answer(row: _Row) -> dict[str, object]:
    instant, port = parse_zoned(row["instant_utc"]), _port(row["port"])
    begins, ends, bad_time = _validity(row)
    named = row["subscriber"] or row["subscriber_email"] or row["subscriber_phone"] or row["subscriber_name"]
    looked_up = any(row[name] for name in ANSWER_COLUMNS[9:])
    return {
        **row.place,
        "missing": row.missing((*REQUEST_COLUMNS, *(name for name in ("holder",) if name in row.fields))),
        "request_id": row["request_id"].upper(),
        "check_digit": row["check_digit"].upper(),
        "own_digit": _own_digit(row, port, instant),
        "holder": row.fields.get("holder"),
        "address": _address(row["address"]),
        "port": port,
        "instant": instant,
        "filled": any(row[name] for name in ANSWER_COLUMNS),
        **{name: row[name] for name in ANSWER_COLUMNS[:6]},
        "answer": (row["answer"] or ("subscriber" if named else "")).casefold(),
        "source": row["source"],
        "subscriber_key": " ".join(named.casefold().split()),
        **_person(
            row["subscriber_name"] or row["subscriber"],
            row["subscriber_email"] or row["subscriber"],
            row["subscriber_phone"],
        ),
        "valid_from": begins,
        "valid_to": ends,
        "bad_time": bad_time,
        "damaged": next((name for name in ANSWER_COLUMNS[1:6] if _DAMAGED.fullmatch(row[name])), ""),
        "looked_up": looked_up,
        "looked_up_address": _address(row["looked_up_address"]),
        "looked_up_port": _port(row["looked_up_port"]),
        "looked_up_at": parse_zoned(row["looked_up_instant"]),
    }


def _own_digit(row: _Row, port: int | None, instant: datetime | None) -> str:
    """The check digit that the row's own text has; empty where the text cannot have one."""
    if instant is None or port == -1:
        return ""
    try:
        return check_digit(request_text(row["request_id"].upper(), row["address"], port, iso_z(instant)))
    except WrongUsage:
        return ""


def _validity(row: _Row) -> tuple[datetime | None, datetime | None, str]:
    """From when to when, and the name of the column that cannot be read."""
    begins, ends = _bound(row["valid_from"], _EARLIEST), _bound(row["valid_to"], _LATEST)
    bad = next(
        (name for name, read in (("valid_from", begins), ("valid_to", ends)) if row[name] and read is None), ""
    )  # fmt: skip
    return begins, ends, bad


def _bound(written: str, day_from: timedelta) -> datetime | None:
    """An instant with a zone; a bare date counts only as far as it holds in every zone."""
    if (instant := parse_zoned(written)) or len(written) != len("2019-01-01"):
        return instant
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC) + day_from
    except (ValueError, OverflowError):
        return None


def _port(written: str) -> int | None:
    if not written:
        return None
    good = written.isascii() and written.isdecimal() and len(written) <= 5 and 0 < int(written) <= MAX_PORT
    return int(written) if good else -1


def _address(written: str) -> str:
    found = parse_address(written)
    return found.key if found else ""


def _check(row: _Row) -> dict[str, object]:
    return {
        **row.place,
        "missing": row.missing(CHECK_NEEDS),
        "check_name": row["check"].casefold(),
        "state": row["state"].casefold(),
        "checked_at": parse_zoned(row["checked_at"]),
        **{name: row[name] for name in ("account_key", "source", "reference", "checked_by", "tool", "level")},
        **{name: row[name] for name in ("subject_name", "subject_email", "subject_phone", "tool_version")},
        **_person(row["subject_name"], row["subject_email"], row["subject_phone"]),
    }


def _result(row: _Row) -> dict[str, object]:
    return {
        **row.place,
        "missing": row.missing(RESULT_COLUMNS),
        "account_key": row["account_key"],
        "examination": row["examination"],
        "examined_at": parse_zoned(row["examined_at"]),
        **{name: _count(row[name]) for name in RESULT_COUNTS},
    }


def _count(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else None


@lru_cache(maxsize=1 << 16)
def _person(name: str, email: str, phone: str) -> dict[str, str]:
    words = name_words(name)
    return {
        "name_form": " ".join(words) if is_full_name(words) else "",
        "email_form": email_forms(email)["mailbox"] or "",
        "phone_form": telephone(phone, region=None) or "",
    }
