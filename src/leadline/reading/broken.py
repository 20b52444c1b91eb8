"""Documents that end early or are damaged. They may be sealed as they are; those that break a rule never are."""

from __future__ import annotations

from leadline.errors import InputRefused
from leadline.reading.streams import StreamBroken


class DocumentBroken(InputRefused):
    """A document is damaged at ``line`` (from 1; in JSON the line of what could not be read, else 1)."""

    def __init__(self, message: str, *, where: str = "", advice: str = "", line: int = 1) -> None:
        super().__init__(message, where=where, advice=advice)
        self.line = line


BROKEN = (DocumentBroken, StreamBroken)
"""Damage: of the document itself, or of the packed stream that it comes in."""


def line_of(damage: DocumentBroken | StreamBroken) -> int:
    """The line at which reading stopped; 1 where the damage does not say."""
    return damage.line if isinstance(damage, DocumentBroken) else 1
