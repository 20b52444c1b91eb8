"""What an examination came to, for a page: by set and category, against accounts, and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.exposure import first_viewings
from leadline.facts.lake import Lake
from leadline.facts.tables import AccessRow
from leadline.facts.tables.devices import CacheMatchRow, FindingRow
from leadline.seal.log import Log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.inquiry.findings import ExaminationView

_BY_SET = """
with listed as (select unnest(string_split(f.set_names, '|')) as name from finding as f where f.set_names <> '')
select l.name, count(*) as files from listed as l group by l.name order by files desc, l.name
"""
_BY_CATEGORY = """
select f.scheme, f.category, count(*) as files
from finding as f where f.category is not null group by f.scheme, f.category order by files desc, f.scheme, f.category
"""
_BY_ACCOUNT = """
with met as (
    select f.object_key
    from finding as f
    where f.finding_class in ('cache-opened', 'cache') and f.object_key is not null
    union
    select c.object_key from cache_match as c where c.agrees
),
opened as (
    select distinct a.account_key, a.object_key
    from access as a
    where a.relevant and a.succeeded and not a.is_head and a.action in ('view', 'download')
)
select w.account_key, count(o.object_key) as opened, count(m.object_key) as met
from wanted as w
left join opened as o on o.account_key = w.account_key
left join met as m on m.object_key = o.object_key
group by w.account_key
order by met desc, w.account_key
"""
_GROUPS = """
with content as (
    select
        f.look_order, f.finding_class, f.group_key, f.media, f.path, f.category, f.scheme, f.set_names, f.distance,
        coalesce('sha256:' || f.sha256, 'sha1:' || f.sha1, 'md5:' || f.md5) as identity
    from finding as f
    where f.look_order is not null
)
select
    c.look_order, min(c.finding_class) as "class", max(c.media) as media, count(*) as files,
    count(distinct c.identity) as contents, count(distinct s.identity) as seen, min(c.path) as path,
    min(c.category) as category, min(c.scheme) as scheme, min(c.set_names) as set_names, min(c.distance) as distance
from content as c
left join seen as s on s.identity = c.identity
group by c.look_order
order by c.look_order
limit $size offset $skip
"""


def by_set(view: ExaminationView) -> list[dict[str, Any]]:
    """Files that each set lists: `name, files`. :class:`ApprovalMissing` for withheld rows, as everything here."""
    with view.engine(FindingRow) as engine:
        return engine.rows(_BY_SET)


def by_category(view: ExaminationView) -> list[dict[str, Any]]:
    """Files of each category: `scheme, category, files`."""
    with view.engine(FindingRow) as engine:
        return engine.rows(_BY_CATEGORY)


def by_account(view: ExaminationView, accounts: Sequence[str]) -> list[dict[str, Any]]:
    """For each account how many objects it opened in the cache, and how many of them are met here.

    Keys `account_key, opened, met`; empty where the examination was compared with no cache.
    """
    if not view.record["run"] or not accounts:
        return []
    with view.engine(FindingRow) as engine:
        Lake(view.folder).lend(engine, CacheMatchRow)
        Lake(view.workspace / "lake" / view.record["run"]).lend(engine, AccessRow)
        engine.table("wanted", pa.table({"account_key": pa.array(accounts, pa.string())}))
        return engine.rows(_BY_ACCOUNT)


def page_of_groups(view: ExaminationView, *, agency: str, skip: int, size: int) -> list[dict[str, Any]]:
    """Groups in the order of looking: what each is, its contents, and how many of them somebody has looked at."""
    with view.engine(FindingRow) as engine:
        seen = list(first_viewings(Log.open(view.workspace), agency))
        engine.table("seen", pa.table({"identity": pa.array(seen, pa.string())}))
        return engine.rows(_GROUPS, {"size": size, "skip": skip})
