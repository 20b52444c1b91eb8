-- Which listed objects are new: they have a digest, and no other object of the tip with an earlier or unknown
-- date has the same one. Two objects are compared by the strongest digest that both may have: the strongest of
-- the one against all of that kind, and its weaker ones against objects that have nothing stronger.
with digests as (
    select o.object_key, o.added_at, 'sha256' as kind, o.sha256 as digest, true as strongest
    from listed_object as o
    where o.sha256 is not null
    union all
    select o.object_key, o.added_at, 'sha1' as kind, o.sha1 as digest, o.sha256 is null as strongest
    from listed_object as o
    where o.sha1 is not null
    union all
    select
        o.object_key, o.added_at, 'md5' as kind, o.md5 as digest,
        o.sha256 is null and o.sha1 is null as strongest
    from listed_object as o
    where o.md5 is not null
),
groups as (
    select
        d.kind, d.digest,
        count(*) as objects,
        count(*) filter (where d.added_at is null) as undated,
        min(d.added_at) as earliest,
        count(*) filter (where d.strongest) as strong_objects,
        count(*) filter (where d.strongest and d.added_at is null) as strong_undated,
        min(case when d.strongest then d.added_at end) as strong_earliest
    from digests as d
    group by d.kind, d.digest
),
compared as (
    select
        d.object_key,
        case
            when d.strongest and d.added_at is null then g.objects > 1
            when d.strongest then g.undated > 0 or g.earliest < d.added_at
            when d.added_at is null then g.strong_objects > 0
            else g.strong_undated > 0 or coalesce(g.strong_earliest < d.added_at, false)
        end as seen_before
    from digests as d
    inner join groups as g on g.kind = d.kind and g.digest = d.digest
)
select c.object_key, not bool_or(c.seen_before) as new
from compared as c
group by c.object_key
