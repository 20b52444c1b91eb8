"""One spelling for every value that is hashed or signed."""

from __future__ import annotations

import json

from leadline.errors import LeadlineError


def canonical_json(value: object) -> bytes:
    """JSON with keys sorted by code point, no spaces, UTF-8, one line.

    Takes int, str, bool, None, list and dict with str keys, nested. Anything else, floats above all, is
    refused with :class:`LeadlineError`: two machines may write the same float differently.
    """
    _refuse_unless_exact(value)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise LeadlineError(
            "A text to be sealed is no valid Unicode.", advice="Keep such text as hexadecimal bytes."
        ) from error


def _refuse_unless_exact(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case list():
            for item in value:
                _refuse_unless_exact(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise _inexact(key)
                _refuse_unless_exact(item)
        case _:
            raise _inexact(value)


def _inexact(value: object) -> LeadlineError:
    return LeadlineError(
        f"A value of type {type(value).__name__} has no canonical spelling.",
        advice="Use whole numbers, text, true, false, null, lists and objects with text keys.",
    )
