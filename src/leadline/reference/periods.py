"""Spans of time between two edition dates, in each of which the same editions are in force."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.facts.runs import ReferenceEdition

ADDRESS_KINDS = frozenset({"networks", "registration"})
"""Kinds of reference editions that say whose an address is."""


def period_starts(references: Sequence[ReferenceEdition]) -> list[datetime]:
    """The instants at which an edition of an address table comes into force (00:00 UTC), sorted, each once.

    The period of an instant is the number of starts that are not later, so 0 before the first.
    """
    days = {date.fromisoformat(edition.as_of) for edition in references if edition.kind in ADDRESS_KINDS}
    return [datetime.combine(day, time(), UTC) for day in sorted(days)]
