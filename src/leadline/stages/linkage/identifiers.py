"""Brings what account records say of a holder to forms that can be compared: e-mail, telephone, device, name."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number
from phonenumbers import parse as parse_number

from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHORTEST_LOCAL = 6
"""Characters of a local part, or of its letters, below which two that agree say nothing."""
TAIL = 7
"""Last digits of a telephone number that are compared where the whole numbers differ."""
SHORTEST_WORD = 3
_NOTHING = frozenset({"unknown", "none", "null", "n/a", "na", "undefined", "default", "-"})
_TEXTS = ("email", "mailbox", "local", "stem", "phone", "tail", "device", "name", "initial", "signup", "country")
IDENTIFIER = pa.schema(
    [("account_key", pa.string()), *((name, pa.string()) for name in _TEXTS), ("full_name", pa.bool_())]
)
"""One row an account: each identifier in a form that can be compared, NULL where there is none.

`mailbox`: the address without dots and tag in its local part; `local`: that local part alone; `stem`: its
letters; `tail`: last digits of the telephone number; `initial`: first letter and last word of a full name;
`signup`: the key of the sign-up address; `full_name`: two words or more, all of letters.
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
        "tail": phone[-TAIL:] if phone else None,
        "device": device(record["device_id"]),
        "name": " ".join(words) or None,
        "initial": f"{words[0][0]} {words[-1]}" if full else None,
        "signup": _address(record["signup_ip"]),
        "country": record["declared_country"],
        "full_name": full,
    }


def email_forms(written: str | None) -> dict[str, str | None]:
    """The forms `email`, `mailbox`, `local` and `stem` of an address; all None where it is none.

    The domain is never looked up, and names reserved for examples and tests are addresses here. Case is
    dropped everywhere: two mailboxes that differ in case alone are not met in practice.
    """
    forms: dict[str, str | None] = dict.fromkeys(("email", "mailbox", "local", "stem"))
    try:
        read = validate_email((written or "").strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return forms
    local, domain = read.local_part.casefold(), (read.ascii_domain or read.domain).casefold()
    plain = local.split("+", 1)[0].replace(".", "") or local
    letters = "".join(char for char in plain if char.isalpha())
    return {
        "email": f"{local}@{domain}",
        "mailbox": f"{plain}@{domain}",
        "local": plain if len(plain) >= SHORTEST_LOCAL else None,
        "stem": letters if len(letters) >= SHORTEST_LOCAL else None,
    }


def telephone(written: str | None, *, region: str | None) -> str | None:
    """A number as E.164 (`+` and digits); one without a country code is read as of ``region``. None for no number."""
    text = (written or "").strip()
    if not text:
        return None
    try:
        number = parse_number(text, region or None)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else None


def device(written: str | None) -> str | None:
    """A device id without blanks around it and without case; None for words and figures that stand for no device."""
    text = (written or "").strip().casefold()
    plain = "".join(char for char in text if char.isalnum())
    return None if text in _NOTHING or len(set(plain)) < 2 else text


def name_words(written: str | None) -> list[str]:
    """The words of a display name in order, without case, accents and punctuation; short ones stay."""
    text = unicodedata.normalize("NFKD", (written or "").casefold())
    kept = "".join(char if char.isalnum() else " " for char in text if not unicodedata.combining(char))
    return kept.split()


def is_full_name(words: list[str]) -> bool:
    """Two words or more, all of letters: such a name is given as a person's, not as a handle."""
    return len(words) > 1 and all(word.isalpha() for word in words) and len(words[-1]) >= SHORTEST_WORD


def _address(written: str | None) -> str | None:
    found = parse_address((written or "").strip())
    return found.key if found else None
