"""Facts of intake: what the provider's inventories list."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class InventoryRow(Fact):
    """One readable record of an inventory. Grain: (file, line)."""

    table = "inventory"
    key = ("file", "line")

    file: int
    """Number of the file in the tip's manifest, from 0."""
    line: int
    """Physical line of the record's beginning, from 1."""
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
