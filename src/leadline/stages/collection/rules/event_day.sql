-- What happened to the cache on each UTC day on which anything did: objects and bytes that came and went, and
-- relevant accesses. The known spans of an object do not overlap, so that sums over days give what stands.
with came as (
    select day_of(s.added_at) as day, 1 as added, 0 as removed, 1 as change, o.size as bytes
    from span as s
    inner join listed_object as o on o.object_key = s.object_key
),
went as (
    select day_of(s.ends_at) as day, 0 as added, 1 as removed, 0 - 1 as change, 0 - o.size as bytes
    from span as s
    inner join listed_object as o on o.object_key = s.object_key
    where s.ends_at < $forever
),
changes as (
    select c.day, c.added, c.removed, c.change, c.bytes from came as c
    union all
    select w.day, w.added, w.removed, w.change, w.bytes from went as w
),
changed as (
    select
        c.day,
        cast(sum(c.added) as bigint) as added,
        cast(sum(c.removed) as bigint) as removed,
        cast(sum(c.change) as bigint) as change,
        cast(coalesce(sum(c.bytes), 0) as bigint) as bytes
    from changes as c
    group by c.day
),
visits as (
    select day_of(a.accessed_at) as day, a.account_key, count(*) as accesses
    from access as a
    where a.relevant
    group by day_of(a.accessed_at), a.account_key
),
visited as (
    select v.day, cast(sum(v.accesses) as bigint) as accesses, count(v.account_key) as accounts
    from visits as v
    group by v.day
)
select
    coalesce(c.day, v.day) as day,
    coalesce(c.added, 0) as added,
    coalesce(c.removed, 0) as removed,
    coalesce(c.change, 0) as change,
    coalesce(c.bytes, 0) as bytes,
    coalesce(v.accesses, 0) as accesses,
    coalesce(v.accounts, 0) as accounts
from changed as c
full join visited as v on v.day = c.day
