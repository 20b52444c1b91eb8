"""The provider's inventory of the cache as a table, with two records that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.synthetic.collection import CATEGORIES, CATEGORY_SCHEME, NEVER, Collection
from leadline.synthetic.listing import in_table
from leadline.synthetic.months import iso

if TYPE_CHECKING:
    from pathlib import Path

PATH = "inventory.csv"
COLUMNS = {
    "item": "object_key", "length": "size", "md5": "md5", "sha1": "sha1", "sha256": "sha256", "since": "added_at",
    "until": "removed_at", "by": "added_by", "class": "category", "scheme": "category_scheme",
}  # fmt: skip


def write(
    folder: Path,
    collection: Collection,
    *,
    items: list[str],
    holders: list[str],
    digests: tuple[list[str], list[str], list[str]],
) -> list[tuple[str, int, str]]:
    """Write the inventory; ``items`` are the objects' keys, ``holders`` the keys of the population's accounts.

    Returns (path, line, reason) of the malformed records.
    """
    rows = [",".join(COLUMNS)]
    listed = in_table(collection)
    for number, triple in enumerate(zip(*digests, strict=True)):
        if not listed[number]:
            continue
        rows.append(",".join((items[number], *_row(collection, number, triple, holders))))
    line = len(rows) + 1
    rows += [f",1,{','.join([''] * 8)}", f"{items[0]},1,,,,2019-02-30T00:00:00Z,,,,"]
    (folder / PATH).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [(PATH, line, "missing-field"), (PATH, line + 1, "bad-time")]


def _row(collection: Collection, number: int, triple: tuple[str, str, str], holders: list[str]) -> tuple[str, ...]:
    removed, by = int(collection.removed_at[number]), int(collection.added_by[number])
    return (
        str(int(collection.size[number])),
        *triple,
        iso(int(collection.added_at[number])) if collection.date_listed[number] else "",
        "" if removed == NEVER else iso(removed),
        holders[by] if by >= 0 else "",
        CATEGORIES[int(collection.category[number])],
        CATEGORY_SCHEME,
    )
