"""The values of one inventory record: numbers, digests and instants, or the reason why there are none."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from leadline.reading.moments import instant
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE = re.compile(r"([0-9]{1,18})(?:\.0+)?\Z", re.ASCII)
_DIGITS = {
    name: re.compile(rf"[0-9a-f]{{{size}}}\Z")
    for name, size in (("md5", 32), ("sha1", 40), ("sha256", 64), ("pdq", 64))
}
_BASE64 = {"md5": 24, "sha1": 28, "sha256": 44}
"""Characters of a digest in padded base64."""


def inventory_values(ours: Mapping[str, str], *, zone: str) -> tuple[Any, ...] | RejectReason:
    """From ``object_key`` on, in the order of `InventoryRow`; ``ours`` holds texts under our names.

    A size that is no whole number and a digest that is none are unknown; a date that is none makes the record
    a reject, because it would move the object in time.
    """
    if not ours.get("object_key"):
        return RejectReason.MISSING_FIELD
    added, removed = (instant(ours.get(name, ""), zone) for name in ("added_at", "removed_at"))
    for answer in (added, removed):
        if isinstance(answer, RejectReason):
            return answer
    digests = (_digest(name, ours.get(name, "")) for name in ("md5", "sha1", "sha256", "pdq"))
    said = (ours.get(name) or None for name in ("added_by", "category", "category_scheme"))
    return (ours["object_key"], _whole(ours.get("size", "")), *digests, added, removed, *said)


def _whole(text: str) -> int | None:
    found = _WHOLE.match(text)
    return int(found[1]) if found else None


def _digest(name: str, text: str) -> str | None:
    """In lower-case hexadecimal; object stores write MD5 and SHA digests as base64 as well."""
    lowered = text.lower()
    if _DIGITS[name].match(lowered):
        return lowered
    if len(text) != _BASE64.get(name):
        return None
    try:
        return base64.b64decode(text, validate=True).hex()
    except ValueError:
        return None
