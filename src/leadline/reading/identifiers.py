"""Brings identifiers as people write them (e-mail, telephone, device, payment, name) to forms that can be compared."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, format_number, is_possible_number
from phonenumbers import parse as parse_number

SHORTEST_LOCAL = 6
"""Characters of a local part, or of its letters, below which two that agree say nothing."""
SHORTEST_WORD = 3
SHORTEST_PAYMENT = 6
LONGEST_MAIL = 320
"""Characters of an address: 64, the sign and 255 (RFC 5321, 4.5.3.1)."""
SHORTEST_HANDLE = 8
LONGEST = 256
"""Characters of any other identifier; what is longer is no identifier, whatever it is."""
MAIL_FORMS = ("email", "mailbox", "untagged", "local", "stem")
_RUN = "01234567890123456789"
_HEX = re.compile(r"[0-9a-f]{12}|[0-9a-f]{14,16}|[0-9a-f]{32}")
_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]"
_PLAIN_MAIL = re.compile(rf"((?=[^@]{{1,64}}@){_ATOM}+(?:\.{_ATOM}+)*)@([A-Za-z0-9.-]+)")
"""A dot-atom of RFC 5322 before the sign, letters, figures, dots and hyphens behind it."""
_LONGEST_PLAIN = 254
_ASCII_WORD = re.compile("[a-z0-9]+")


def email_forms(written: str | None) -> dict[str, str | None]:
    """The forms :data:`MAIL_FORMS` of an address; all None where it is none.

    `email`: the whole address, its domain as ASCII (IDNA). `mailbox`: the same without what its provider is known to
    ignore (`mail_providers.csv`). `untagged`: without a tag after `+` at a provider of which nothing is known.
    `local`: what stands before the sign, without dots and tag, to be met at other domains; `stem`: its letters. The
    domain is never looked up. Case is dropped: two mailboxes that differ in case alone are not met in practice.
    """
    forms: dict[str, str | None] = dict.fromkeys(MAIL_FORMS)
    address = _address(written)
    if address is None:
        return forms
    local, domain = address
    plain = local.split("+", 1)[0].replace(".", "") or local
    letters = "".join(char for char in plain if char.isalpha())
    mailbox = _mailbox(local, domain)
    untagged = f"{local.split('+', 1)[0] or local}@{domain}"
    return {
        "email": f"{local}@{domain}",
        "mailbox": mailbox or f"{local}@{domain}",
        "untagged": mailbox or untagged,
        "local": plain if len(plain) >= SHORTEST_LOCAL else None,
        "stem": letters if len(letters) >= SHORTEST_LOCAL else None,
    }


def _address(written: str | None) -> tuple[str, str] | None:
    """Local part and domain in small letters, as `email-validator` reads them; None for no address."""
    text = (written or "")[: LONGEST_MAIL + 100].strip().removesuffix(".")
    if not 0 < len(text) <= LONGEST_MAIL or len(written or "") > LONGEST_MAIL + 100:
        return None
    plain = _PLAIN_MAIL.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None
    if plain is None:
        return _read_address(text)
    # Such a local part is valid at every domain, so that each domain needs to be judged only once.
    judged = _read_address(f"a@{plain[2].lower()}")
    return None if judged is None else (plain[1].lower(), judged[1])


@lru_cache(maxsize=4096)
def _read_address(text: str) -> tuple[str, str] | None:
    try:
        read = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return read.local_part.lower(), (read.ascii_domain or read.domain).lower()


def _mailbox(local: str, domain: str) -> str | None:
    """The mailbox by what its provider is known to ignore; None where nothing is known of the provider."""
    known = _providers().get(domain)
    if known is None:
        return None
    mailbox_domain, ignored, tag = known
    plain = (local.split(tag, 1)[0] or local) if tag else local
    kept = "".join(char for char in plain if char not in ignored)
    return f"{kept or plain}@{mailbox_domain}"


@cache
def _providers() -> dict[str, tuple[str, str, str]]:
    rows = _table("mail_providers.csv")
    return {row["domain"]: (row["mailbox_domain"], row["ignored"], row["tag"]) for row in rows}


@cache
def _placeholders(kind: str) -> frozenset[str]:
    return frozenset(row["value"] for row in _table("placeholders.csv") if row["kind"] in {"any", kind})


def _table(name: str) -> list[dict[str, str]]:
    lines = files("leadline.reading").joinpath(name).read_text("utf-8").splitlines()
    return list(csv.DictReader(lines, strict=True))


def telephone(written: str | None, *, region: str | None) -> str | None:
    """A number as E.164 (`+` and digits), an extension behind a semicolon; None for no number.

    A number without a country code is read as of ``region``, the country that the same record states; where it states
    none, the number is not known: it is never guessed. Figures in order, or all alike, are no number.
    """
    text = (written or "")[: LONGEST + 1].strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        number = parse_number(text, region or None)
    except NumberParseException:
        return None
    if not is_possible_number(number) or _invented(number):
        return None
    plain = format_number(number, PhoneNumberFormat.E164)
    return f"{plain};{number.extension}" if number.extension else plain


def _invented(number: PhoneNumber) -> bool:
    digits = str(number.national_number)
    return len(set(digits)) < 2 or digits in _RUN or digits[::-1] in _RUN


def device(written: str | None) -> str | None:
    """A device id without case and blanks; figures in hexadecimal groups without their signs.

    None for words and figures that stand for no device, or that many devices state alike (`placeholders.csv`).
    """
    text = (written or "")[: LONGEST + 1].strip().lower()
    plain = _plain(text)
    if len(text) > LONGEST or len(set(plain)) < 2 or plain in _placeholders("device") or plain in _RUN:
        return None
    return plain if _HEX.fullmatch(plain) else text


def payment(written: str | None) -> str | None:
    """A token by which a provider knows a means of payment, as it stands; case counts.

    None for what stands for no means of payment (`placeholders.csv`) and for a masked number, which many cards share.
    """
    text = (written or "")[: LONGEST + 1].strip()
    plain = _plain(text.lower())
    masked = "*" in text or "•" in text or re.search(r"[xX]{4}", text) is not None
    short = len(plain) < SHORTEST_PAYMENT or len(set(plain)) < 2
    return None if masked or short or len(text) > LONGEST or plain in _placeholders("payment") else text


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def name_words(written: str | None) -> list[str]:
    """The words of a display name in order, without case, accents and punctuation; short ones stay.

    A name of more than :data:`LONGEST` characters is a text and no name: it has no words.
    """
    if len(written or "") > LONGEST:
        return []
    text = (written or "").casefold()
    if text.isascii():
        return _ASCII_WORD.findall(text)
    text = unicodedata.normalize("NFKD", text)
    kept = "".join(char if char.isalnum() else " " for char in text if not unicodedata.combining(char))
    return kept.split()


def is_full_name(words: list[str]) -> bool:
    """Two words or more, all of letters: such a name is given as a person's, not as a handle."""
    return len(words) > 1 and all(word.isalpha() for word in words) and len(words[-1]) >= SHORTEST_WORD


def is_handle(words: list[str]) -> bool:
    """One word of letters and figures, long enough that two holders hardly choose the same."""
    return len(words) == 1 and len(words[0]) >= SHORTEST_HANDLE and not words[0].isalpha() and not words[0].isdigit()


def mail_name(written: str | None) -> list[str]:
    """The words of the full name that an address is written as (`given.family2@`); empty where it shows none."""
    address = _address(written)
    if address is None:
        return []
    plain = address[0].split("+", 1)[0].rstrip("0123456789")
    words = [word for part in re.split("[._-]", plain) for word in name_words(part)]
    return words if is_full_name(words) and min(map(len, words)) > 1 else []
