"""Text that a colleague writes down: there must be some, of bounded length and without control characters."""

from __future__ import annotations

import unicodedata

from leadline.errors import WrongUsage

LONGEST = 10_000
"""Characters of a note or a reason."""
_KEPT = {"\n", "\t"}


def filled(text: str, what: str, *, longest: int = LONGEST) -> str:
    """The text without blanks around it; :class:`WrongUsage` where it is empty, too long or not plain text."""
    plain = text.strip()
    if not plain:
        raise WrongUsage(f"a {what} is missing.", advice=f"Write the {what}; it is kept in the audit.")
    if len(plain) > longest:
        raise WrongUsage(f"the {what} is longer than {longest} characters.", advice="Shorten it.")
    if any(not char.isprintable() and char not in _KEPT for char in plain.replace("\r\n", "\n")):
        raise WrongUsage(f"the {what} holds characters that cannot be shown.", advice="Remove them.")
    return plain.replace("\r\n", "\n")


def folded(text: str) -> str:
    """Text as it is compared in a search: without regard to case and to compatibility forms."""
    return unicodedata.normalize("NFKC", text).casefold()
