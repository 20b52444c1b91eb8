"""The cache through time: what it held, how it grew by day, who added what and when, what was uploaded unlisted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables import CacheDayRow, ContributionRow, ObjectRow
from leadline.inquiry.candidates import plain, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.inquiry.runs import RunView

COLUMNS: dict[str, tuple[str, ...]] = {
    "days": ("day", "added", "removed", "standing", "bytes_standing", "accesses", "accounts"),
    "added": ("account_key", "object_key", "added_at", "new", "source", "size", "removed_at"),
    "objects": (
        "object_key", "size", "md5", "sha1", "sha256", "category", "category_scheme", "added_at", "added_by",
        "added_source", "removed_at", "new", "listings", "conflicting", "first_access", "last_access", "accounts",
    ),
    "unlisted": ("account_key", "object_key", "added_at", "first_access", "last_access", "accounts"),
}  # fmt: skip
"""The parts of the answer and the columns of each.

`days`: the cache at the end of each UTC day. `added`: who added which listed object, by which source. `objects`:
every listed object. `unlisted`: who uploaded what no inventory lists; such an object is no part of the cache.
"""
_ADDED = """
select c.account_key, c.object_key, c.added_at, c.new, c.source, o.size, o.removed_at
from contribution as c
inner join object as o on o.object_key = c.object_key
where c.listed
order by c.added_at nulls last, c.object_key, c.account_key
"""
_UNLISTED = """
select c.account_key, c.object_key, coalesce(c.added_at, o.added_at) as added_at, o.first_access, o.last_access,
       o.accounts
from object as o
left join contribution as c on c.object_key = o.object_key
where not o.listed
order by added_at nulls last, o.object_key, c.account_key nulls first
"""
_SUMMARY = """
select
    count(*) filter (where o.listed) as listed,
    count(*) filter (where o.listed and o.added_at is null) as undated,
    count(*) filter (where o.listed and o.new) as new,
    count(*) filter (where o.listed and o.removed_at is not null) as removed,
    count(*) filter (where o.listed and o.conflicting) as conflicting,
    count(*) filter (where o.listed and o.accounts > 0) as opened,
    count(*) filter (where not o.listed) as unlisted,
    cast(coalesce(sum(case when o.listed then o.size end), 0) as bigint) as bytes,
    min(case when o.listed then o.added_at end) as first_added,
    max(case when o.listed then o.added_at end) as last_added
from object as o
"""


def summary(view: RunView) -> dict[str, Any]:
    """Counts over all objects: listed and of those undated, new, removed, conflicting, opened; unlisted; bytes."""
    with view.engine(ObjectRow) as engine:
        (row,) = engine.rows(_SUMMARY)
    counts: dict[str, Any] = plain(row)
    return counts


def select_part(view: RunView, part: str) -> Iterator[dict[str, Any]]:
    """The rows of one part (a key of :data:`COLUMNS`), in their order, as values that JSON can hold."""
    with view.engine(ObjectRow, ContributionRow, CacheDayRow) as engine:
        for row in rows_of(engine.stream(_sql(part))):
            yield {name: plain(row[name]) for name in COLUMNS[part]}


def _sql(part: str) -> str:
    if part == "days":
        return "select d.* from cache_day as d order by d.day"
    if part == "objects":
        return "select o.* from object as o where o.listed order by o.added_at nulls last, o.object_key"
    return _ADDED if part == "added" else _UNLISTED
