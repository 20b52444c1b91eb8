-- The objects of the cache by their digests, and when the account first opened each: only a request that
-- succeeded and brought the content counts as opened. Empty objects are left out, since every empty file is equal.
with opened as (
    select a.object_key, min(a.accessed_at) as opened_at
    from access as a
    where a.account_key = cast($account as varchar)
        and a.relevant and a.succeeded and not a.is_head and a.action in ('view', 'download')
    group by a.object_key
),
listed as (
    select i.object_key, i.md5, i.sha1, i.sha256
    from inventory as i
    where coalesce(i.size, 1) > 0 and coalesce(i.md5, i.sha1, i.sha256) is not null
    group by i.object_key, i.md5, i.sha1, i.sha256
)
select l.object_key, l.md5, l.sha1, l.sha256, o.opened_at
from listed as l
left join opened as o on o.object_key = l.object_key
