-- The only table that a factor sees: what each account did, and nothing about who, where or with which program.
with cache as (
    select count(*) as objects
    from object as o
    where o.listed
)
select
    a.account_key,
    a.objects_opened,
    a.objects_downloaded,
    coalesce(c.objects, 0) as objects_contributed,
    coalesce(c.new_objects, 0) as new_objects_contributed,
    a.objects_added as objects_uploaded,
    a.objects_shared,
    a.days_active,
    days_between(day_of(a.first_access), day_of(a.last_access)) as span_days,
    case when w.objects > 0 then (1000 * a.objects_opened) // w.objects else 0 end as opened_share,
    w.objects as cache_objects,
    cast(day_of(a.first_access) as varchar) as first_day,
    cast(day_of(a.last_access) as varchar) as last_day,
    coalesce(cast(day_of(c.first_added) as varchar), 'unknown') as first_added_day,
    coalesce(cast(day_of(c.last_added) as varchar), 'unknown') as last_added_day
from activity as a
cross join cache as w
left join contributed as c on c.account_key = a.account_key
