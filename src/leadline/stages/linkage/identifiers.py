"""Brings what account records say of a holder to forms that can be compared: one row an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.reading.identifiers import (
    MAIL_FORMS,
    device,
    email_forms,
    is_full_name,
    is_handle,
    mail_name,
    name_words,
    payment,
    telephone,
)
from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

TAIL = 7
"""Last digits of a telephone number that are compared where the whole numbers differ."""
_TEXTS = (
    *MAIL_FORMS,
    "phone",
    "tail",
    "device",
    "payment",
    "name",
    "initial",
    "given",
    "family",
    "mail_name",
    "signup",
    "country",
)
IDENTIFIER = pa.schema(
    [
        ("account_key", pa.string()),
        *((name, pa.string()) for name in _TEXTS),
        ("full_name", pa.bool_()),
        ("handle", pa.bool_()),
    ]
)
"""One row an account: each identifier in a form that can be compared, NULL where there is none.

`email` to `stem`: see `reading.identifiers.email_forms`; `tail`: last digits of the telephone number; `initial`:
first letter and last word of a full name; `given`, `family`: first and last word of the full name shown, or else of the
one that the mailbox is written as (`mail_name`); `signup`: the key of the sign-up address; `full_name`: two words or
more, all of letters; `handle`: one word of letters and figures.
"""
NAME_WORD = pa.schema([("account_key", pa.string()), ("word", pa.string())])
"""One row a word of a display name."""


@dataclass
class Reported:
    """What providers' reports state of one account, in the order of files and reports."""

    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    signups: list[str] = field(default_factory=list)

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in one row of `ReportedAccountRow`."""
        self.emails += row["emails"]
        self.phones += row["phones"]
        self.devices += row["devices"]
        self.names += [row["screen_name"]] if row["screen_name"] else []


def identifiers(
    records: Iterable[Mapping[str, Any]], reported: Mapping[str, Reported] | None = None
) -> tuple[pa.Table, pa.Table]:
    """The tables :data:`IDENTIFIER` and :data:`NAME_WORD` of account records (columns of `AccountRecordRow`).

    Where a record states no identifier of a kind that can be compared, the first that a report states serves. A
    national telephone number of a report is not read: where the provider thinks that an account is says nothing of
    where its number is from.
    """
    rows: list[dict[str, object]] = []
    words: list[dict[str, str]] = []
    for stated in records:
        key = str(stated["account_key"])
        record = _filled(stated, (reported or {}).get(key))
        rows.append({"account_key": key, **_of_record(record)})
        words += [{"account_key": key, "word": word} for word in sorted(set(name_words(record["display_name"])))]
    return pa.Table.from_pylist(rows, schema=IDENTIFIER), pa.Table.from_pylist(words, schema=NAME_WORD)


def _filled(record: Mapping[str, Any], reported: Reported | None) -> Mapping[str, Any]:
    """The record with what reports state in the place of what cannot be compared."""
    if reported is None:
        return record
    found = dict(record)
    if telephone(record["phone"], region=record["declared_country"]) is None:
        found["phone"] = next((text for text in reported.phones if telephone(text, region=None)), record["phone"])
    ways: tuple[tuple[str, list[str], Callable[[str | None], object]], ...] = (
        ("email", reported.emails, _email),
        ("device_id", reported.devices, device),
        ("display_name", reported.names, name_words),
        ("signup_ip", reported.signups, _address),
    )
    for name, others, form in ways:
        if not form(found[name]):
            found[name] = next((text for text in others if form(text)), found[name])
    return found


def _email(written: str | None) -> str | None:
    return email_forms(written)["email"]


def _of_record(record: Mapping[str, Any]) -> dict[str, object]:
    phone = telephone(record["phone"], region=record["declared_country"])
    words = name_words(record["display_name"])
    full = is_full_name(words)
    mail = mail_name(record["email"])
    known = words if full else mail
    return {
        **email_forms(record["email"]),
        "phone": phone,
        "tail": phone[-TAIL:] if phone and ";" not in phone else None,
        "device": device(record["device_id"]),
        "payment": payment(record["payment_token"]),
        "name": " ".join(words) or None,
        "initial": f"{words[0][0]} {words[-1]}" if full else None,
        "given": known[0] if known else None,
        "family": known[-1] if known else None,
        "mail_name": " ".join(mail) or None,
        "signup": _address(record["signup_ip"]),
        "country": record["declared_country"],
        "full_name": full,
        "handle": is_handle(words),
    }


def _address(written: str | None) -> str | None:
    found = parse_address((written or "")[:100].strip())
    return found.key if found else None
