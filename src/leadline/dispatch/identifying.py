"""What names an account: its key, what records and answers say of its holder alone; and where such a word stands."""

from __future__ import annotations

import json
import re
import zipfile
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import escape

from leadline.errors import WrongUsage
from leadline.facts.runs import COMPLETED
from leadline.facts.tables import AccountRecordRow, AnswerRow, CheckRow, Fact, RequestRow
from leadline.inquiry.runs import open_run
from leadline.reading.streams import StreamBroken, detect_compression, open_stream
from leadline.seal.log import Log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.engine import Engine

_PIECE = 1 << 20
_LEAST = 4
"""Bytes: a shorter identifier is looked for in rows, not in the middle of other text."""
TAKEN_OUT = "taken-out"
"""Stands where a word named the account."""
_FORMS = ("name_form", "email_form", "phone_form")
_SAID: tuple[tuple[type[Fact], tuple[str, ...]], ...] = (
    (AccountRecordRow, ("email", "phone", "display_name", "device_id", "payment_token")),
    (
        AnswerRow,
        (
            "subscriber",
            "subscriber_key",
            "subscriber_name",
            "subscriber_email",
            "subscriber_phone",
            "service_address",
            *_FORMS,
        ),
    ),
    (CheckRow, ("subject_name", "subject_email", "subject_phone", *_FORMS)),
    (RequestRow, ("request_id",)),
)
"""Columns whose values name the holder of one account; a value that another account has as well names nobody."""


def identifiers(workspace: Path, account: str) -> frozenset[str]:
    """The account's key and what is said of it alone: by the provider, by record holders and by returned checks.

    The numbers of its resolution requests are among them: answers to them are about its holder.
    :class:`WrongUsage` where no run was completed.
    """
    runs = sorted({entry.subject for entry in Log.open(workspace).entries() if entry.action == COMPLETED})
    if not runs:
        raise WrongUsage("no run was completed here.", advice="There is nothing to take out.")
    own: set[str] = set()
    for run in runs:
        with open_run(workspace, run).engine(*(fact for fact, _ in _SAID)) as engine:
            own |= _said(engine, account, same=True)
    for run in runs if own else ():
        with open_run(workspace, run).engine(*(fact for fact, _ in _SAID)) as engine:
            own -= _said(engine, account, same=False)
    return frozenset({*own, account})


def _said(engine: Engine, account: str, *, same: bool) -> set[str]:
    """What is said of the account, or of all others."""
    places = ((fact.table, column) for fact, columns in _SAID for column in columns)
    return {word for table, column in places for word in _values(engine, table, column, account, same=same)}


def _values(engine: Engine, table: str, column: str, account: str, *, same: bool) -> set[str]:
    sql = (
        f"select distinct t.{column} as word from {table} as t"
        f" where t.account_key {'=' if same else '<>'} $account and t.{column} <> ''"
    )
    return {str(row["word"]) for row in engine.rows(sql, {"account": account})}


def blanked(text: str, words: frozenset[str]) -> str:
    """The text with every identifier replaced by :data:`TAKEN_OUT`; short ones only where they stand alone."""
    for word in sorted(words, key=len, reverse=True):
        pattern = re.escape(word)
        if len(word.encode()) < _LEAST:
            pattern = rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
        text = re.sub(pattern, TAKEN_OUT, text)
    return text


def names(file: Path, words: frozenset[str]) -> bool:
    """Whether a file holds one of the identifiers, as it is or as JSON or XML writes it; packed files are unpacked."""
    spelled = {form.encode() for word in words for form in (word, json.dumps(word)[1:-1], escape(word))}
    wanted = frozenset(word for word in spelled if len(word) >= _LEAST)
    short = b"|".join(re.escape(word) for word in sorted(spelled - wanted)) or rb"(?!)"
    alone = re.compile(rb"(?<![A-Za-z0-9])(?:" + short + rb")(?=[^A-Za-z0-9])")
    kept = max(map(len, spelled)) + 1
    window = b" "
    for piece in chain(_plain(file), [b" "]):
        start = len(window) - kept
        window = window[max(start, 0) :] + piece
        if any(word in window for word in wanted) or alone.search(window, 1 if start > 0 else 0):
            return True
    return False


def _plain(file: Path) -> Iterator[bytes]:
    """The bytes of a file, piece by piece, unpacked where it is packed; a broken stream ends where it breaks."""
    with file.open("rb") as raw:
        first = raw.read(4)
        workbook = first == b"PK\x03\x04" and zipfile.is_zipfile(raw)
        raw.seek(0)
        if workbook:
            yield from _parts(raw)
            return
        stream = open_stream(raw, detect_compression(first))
        with suppress(StreamBroken):
            while piece := stream.read(_PIECE):
                yield piece


def _parts(raw: BinaryIO) -> Iterator[bytes]:
    """What the members of a workbook hold, each ended by a space."""
    with zipfile.ZipFile(raw) as book:
        for member in book.infolist():
            with book.open(member) as part:
                while piece := part.read(_PIECE):
                    yield piece
            yield b" "
