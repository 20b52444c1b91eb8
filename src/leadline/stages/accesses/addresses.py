"""Addresses that are not plain IPv4, brought to one form in Python; each distinct text once, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.vocabulary.endpoints import MAX_PORT, parse_address, v4_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadline.vocabulary.endpoints import Address

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
        self._known: dict[str, Address | None] = {}

    def table(self, texts: Iterable[str]) -> pa.Table:
        """The texts that name an address, schema `WORDS`; the others are left out."""
        if len(self._known) > _KEPT:
            self._known.clear()
        found = [(text, self._read(text)) for text in texts]
        named = [(text, address) for text, address in found if address is not None]
        return pa.table(
            {
                "written": [text for text, _ in named],
                "address": [address.key for _, address in named],
                "remote_ip": [address.text for _, address in named],
                "number": [v4_number(address.key) for _, address in named],
                "port": [address.port if address.port and address.port <= MAX_PORT else None for _, address in named],
            },
            schema=WORDS,
        )

    def _read(self, text: str) -> Address | None:
        if text not in self._known:
            self._known[text] = parse_address(text)
        return self._known[text]
