-- What each account that is known to have added a listed object added, and by which source; then what it uploaded
-- that no inventory lists, which is no part of the cache.
with counted as (
    select
        c.account_key,
        count(*) filter (where c.listed) as objects_added,
        count(*) filter (where c.listed and c.source = 'inventory') as by_inventory,
        count(*) filter (where c.listed and c.source = 'upload') as by_upload,
        count(*) filter (where c.listed and c.source = 'both') as by_both,
        count(*) filter (where c.listed and c.new) as new_objects,
        count(*) filter (where not c.listed) as unlisted,
        cast(coalesce(sum(case when c.listed then o.size end), 0) as bigint) as bytes_added,
        min(case when c.listed then c.added_at end) as first_added,
        max(case when c.listed then c.added_at end) as last_added,
        count(b.object_key) as first_objects,
        count(b.object_key) filter (where c.source = 'both') as first_by_both,
        count(b.object_key) filter (where b.very_first) as very_first,
        count(d.object_key) as disputed,
        count(d.object_key) filter (where b.object_key is not null) as first_disputed
    from contribution as c
    inner join object as o on o.object_key = c.object_key
    left join beginner as b on b.object_key = c.object_key and b.account_key = c.account_key
    left join disputed as d on d.object_key = c.object_key and d.account_key = c.account_key
    group by c.account_key
)
select c.*
from counted as c
where c.objects_added > 0
