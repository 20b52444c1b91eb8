"""Addresses that are not plain IPv4, brought to one form in Python; each distinct text once, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.vocabulary.endpoints import MAX_PORT, parse_address, v4_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    _Word = tuple[str, str, str, int | None, int | None]

WORDS = pa.schema(
    [
        pa.field("written", pa.string()),
        pa.field("address", pa.string()),
        pa.field("remote_ip", pa.string()),
        pa.field("number", pa.int64()),
        pa.field("port", pa.int64()),
    ]
)
_KEPT = 200_000


class AddressWords:
    """What each text names; texts that were met before are not read again."""

    def __init__(self) -> None:
        self._known: dict[str, _Word | None] = {}

    def table(self, texts: Sequence[str]) -> pa.Table:
        """The texts that name an address, schema `WORDS`; the others are left out."""
        if len(self._known) > _KEPT:
            self._known.clear()
        known = self._known
        for text in texts:
            if text not in known:
                known[text] = _word(text)
        named = [word for text in texts if (word := known[text]) is not None]
        columns = zip(*named, strict=True) if named else [()] * len(WORDS)
        return pa.table([list(column) for column in columns], schema=WORDS)


def _word(text: str) -> _Word | None:
    """The row of :data:`WORDS` for a text; None where it names no address."""
    address = parse_address(text)
    if address is None:
        return None
    port = address.port if address.port and address.port <= MAX_PORT else None
    return text, address.key, address.text, v4_number(address.key), port
