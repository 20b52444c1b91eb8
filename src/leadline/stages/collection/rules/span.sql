-- The times at which an object is known to have stood in the cache: [added, removed), overlapping records of
-- one object made into one, so that no object stands twice at one moment.
with known as (
    select l.object_key, l.file, l.line, l.begins_at, l.ends_at
    from listing as l
    where not l.silent and l.begins_at is not null and l.begins_at < l.ends_at
),
reached as (
    select
        k.object_key, k.file, k.line, k.begins_at, k.ends_at,
        max(k.ends_at) over (
            partition by k.object_key order by k.begins_at, k.file, k.line
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from known as k
),
islands as (
    select
        r.object_key, r.begins_at, r.ends_at,
        cast(sum(case when r.reached_at is null or r.reached_at < r.begins_at then 1 else 0 end) over (
            partition by r.object_key order by r.begins_at, r.file, r.line
        ) as bigint) as island
    from reached as r
)
select i.object_key, i.island, min(i.begins_at) as added_at, max(i.ends_at) as ends_at
from islands as i
group by i.object_key, i.island
