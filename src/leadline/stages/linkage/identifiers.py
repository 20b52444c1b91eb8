"""Brings what account records say of a holder to forms that can be compared: one row an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.reading.identifiers import (
    MAIL_FORMS,
    device,
    email_forms,
    is_full_name,
    name_words,
    payment,
    telephone,
)
from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TAIL = 7
"""Last digits of a telephone number that are compared where the whole numbers differ."""
_TEXTS = (*MAIL_FORMS, "phone", "tail", "device", "payment", "name", "initial", "signup", "country")
IDENTIFIER = pa.schema(
    [("account_key", pa.string()), *((name, pa.string()) for name in _TEXTS), ("full_name", pa.bool_())]
)
"""One row an account: each identifier in a form that can be compared, NULL where there is none.

`email` to `stem`: see `reading.identifiers.email_forms`; `tail`: last digits of the telephone number; `initial`:
first letter and last word of a full name; `signup`: the key of the sign-up address; `full_name`: two words or more,
all of letters.
"""
NAME_WORD = pa.schema([("account_key", pa.string()), ("word", pa.string())])
"""One row a word of a display name."""


def identifiers(records: Iterable[Mapping[str, Any]]) -> tuple[pa.Table, pa.Table]:
    """The tables :data:`IDENTIFIER` and :data:`NAME_WORD` of account records (columns of `AccountRecordRow`)."""
    rows: list[dict[str, object]] = []
    words: list[dict[str, str]] = []
    for record in records:
        key = str(record["account_key"])
        rows.append({"account_key": key, **_of_record(record)})
        words += [{"account_key": key, "word": word} for word in sorted(set(name_words(record["display_name"])))]
    return pa.Table.from_pylist(rows, schema=IDENTIFIER), pa.Table.from_pylist(words, schema=NAME_WORD)


def _of_record(record: Mapping[str, Any]) -> dict[str, object]:
    phone = telephone(record["phone"], region=record["declared_country"])
    words = name_words(record["display_name"])
    full = is_full_name(words)
    return {
        **email_forms(record["email"]),
        "phone": phone,
        "tail": phone[-TAIL:] if phone and ";" not in phone else None,
        "device": device(record["device_id"]),
        "payment": payment(record["payment_token"]),
        "name": " ".join(words) or None,
        "initial": f"{words[0][0]} {words[-1]}" if full else None,
        "signup": _address(record["signup_ip"]),
        "country": record["declared_country"],
        "full_name": full,
    }


def _address(written: str | None) -> str | None:
    found = parse_address((written or "")[:100].strip())
    return found.key if found else None
