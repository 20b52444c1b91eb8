"""Facts of intake: what the provider's inventories list."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class InventoryRow(Fact):
    """One object that a readable record of an inventory lists. Grain: (file, line, object_key, its dates, added_by).

    An entry of a VICS document lists as many as it has files of different names or dates.
    """

    table = "inventory"
    key = ("file", "line", "object_key", "added_at", "removed_at", "added_by")

    file: int
    """Number of the file in the tip's manifest, from 0."""
    line: int
    """Physical line of the record's beginning, from 1; of a VICS document the number of the entry."""
    object_key: str
    size: int | None
    md5: str | None
    sha1: str | None
    sha256: str | None
    pdq: str | None
    added_at: datetime | None
    removed_at: datetime | None
    added_by: str | None
    category: str | None
    category_scheme: str | None
