"""Brings identifiers as people write them (e-mail, telephone, device, name) to forms that can be compared."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number
from phonenumbers import parse as parse_number

SHORTEST_LOCAL = 6
"""Characters of a local part, or of its letters, below which two that agree say nothing."""
SHORTEST_WORD = 3
_NOTHING = frozenset({"unknown", "none", "null", "n/a", "na", "undefined", "default", "-"})


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
