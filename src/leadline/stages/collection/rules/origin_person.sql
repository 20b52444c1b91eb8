-- Everyone whom the evidence brings near the beginning or the growth of the cache: who added listed objects, who
-- opened the first ones before they were added, and who made the first access of all.
with early as (
    select h.account_key, count(*) as before_listed
    from early_holder as h
    semi join first_object as f on f.object_key = h.object_key
    where h.account_key is not null
    group by h.account_key
),
reached as (
    select a.account_key, min(a.accessed_at) as first_access
    from access as a
    where a.relevant and a.account_key is not null
    group by a.account_key
),
placed as (
    select
        r.account_key, r.first_access,
        row_number() over (order by r.first_access, r.account_key) as place
    from reached as r
),
near as (
    select a.account_key from adder as a
    union
    select e.account_key from early as e
    union
    select p.account_key from placed as p where p.place = 1
)
select
    n.account_key,
    coalesce(a.objects_added, 0) as objects_added,
    coalesce(a.by_inventory, 0) as by_inventory,
    coalesce(a.by_upload, 0) as by_upload,
    coalesce(a.by_both, 0) as by_both,
    coalesce(a.new_objects, 0) as new_objects,
    coalesce(a.unlisted, 0) as unlisted,
    coalesce(a.bytes_added, 0) as bytes_added,
    a.first_added, a.last_added,
    coalesce(a.first_objects, 0) as first_objects,
    coalesce(a.first_by_both, 0) as first_by_both,
    coalesce(a.very_first, 0) as very_first,
    coalesce(a.disputed, 0) as disputed,
    coalesce(a.first_disputed, 0) as first_disputed,
    coalesce(e.before_listed, 0) as before_listed,
    p.first_access,
    coalesce(p.place = 1, false) as came_first
from near as n
left join adder as a on a.account_key = n.account_key
left join early as e on e.account_key = n.account_key
left join placed as p on p.account_key = n.account_key
