"""Check digits that show a mistyped address, port, time or identifier before anybody acts on it.

Two symbols of an alphabet without look-alikes, from a pure system in the manner of ISO/IEC 7064: the characters'
code points, weighted with powers of a primitive root, summed modulo the prime 1021. For texts of up to 1,019
ASCII characters every change of one character and every swap of two, neighbours or not, is detected; of all
other errors 1 in 1,021 is missed.
"""

from __future__ import annotations

from leadline.errors import WrongUsage

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 symbols; 0, 1, I and O are left out because people confuse them."""
MODULUS = 1021
ROOT = 10
"""A primitive root of :data:`MODULUS`: its powers repeat after 1,020 places only."""
MAX_LENGTH = MODULUS - 2


def check_digit(text: str) -> str:
    """The two check symbols of an ASCII text; :class:`WrongUsage` where it is too long or not ASCII."""
    if not text.isascii() or len(text) > MAX_LENGTH:
        raise WrongUsage(f"{text[:60]!r} cannot have a check digit.", advice="Give up to 1,019 ASCII characters.")
    remainder = 0
    for character in text:
        remainder = (remainder * ROOT + ord(character)) % MODULUS
    return symbols_of(remainder * ROOT % MODULUS)


def symbols_of(remainder: int) -> str:
    """A number below 1,024 as two symbols."""
    return ALPHABET[remainder >> 5] + ALPHABET[remainder & 31]


def request_text(request_id: str, address: str, port: int | None, instant: str) -> str:
    """What the check digit of a resolution request covers, exactly as the request's columns show it.

    ``instant`` is ISO 8601 in UTC with `Z`; a request without a port has nothing in its place.
    """
    return f"{request_id}|{address}|{'' if port is None else port}|{instant}"
