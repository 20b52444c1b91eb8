-- Each inventory record with the instant at which it begins to hold. The inventory's own date rules. Where no
-- record of the object has one, the first successful upload dates it, unless the record ended before that.
-- A record that names only an end begins when the object was first added, if that is before the end.
-- A record with neither date says nothing about time where another record of the object has a date.
with uploaded as (
    select u.object_key, min(u.first_at) as first_at
    from upload as u
    group by u.object_key
),
told as (
    select i.object_key, min(i.added_at) as first_added, min(i.removed_at) as first_removed
    from inventory as i
    group by i.object_key
),
dated as (
    select
        i.object_key, i.file, i.line, i.added_at, i.removed_at, i.added_by,
        t.first_added is null as undated,
        coalesce(t.first_added, u.first_at) as known_start,
        i.added_at is null and i.removed_at is null
            and (t.first_added is not null or t.first_removed is not null) as silent
    from inventory as i
    inner join told as t on t.object_key = i.object_key
    left join uploaded as u on u.object_key = i.object_key
)
select
    d.object_key, d.file, d.line, d.added_at, d.removed_at, d.added_by, d.undated, d.silent,
    case
        when d.added_at is not null then d.added_at
        when d.removed_at is null or d.known_start < d.removed_at then d.known_start
    end as begins_at,
    coalesce(d.removed_at, $forever) as ends_at
from dated as d
