-- A pace that no person has: very many objects within one second, or accesses in nearly every hour of a day. Only
-- accounts are looked at that can have had so many on one of their days.
with busiest as (
    select a.account_key, a.objects_opened, a.accesses - a.days_active + 1 as accesses_in_a_day
    from activity as a
),
busy as (
    select b.account_key
    from busiest as b
    where b.accesses_in_a_day >= $tireless_hours
        or (b.accesses_in_a_day >= $burst_objects and b.objects_opened >= $burst_objects)
),
visits as (
    select
        a.account_key, a.object_key, micros(a.accessed_at) // 1000000 as second,
        a.succeeded and not a.is_head and a.action in ('view', 'download') as opened
    from access as a
    semi join busy as b on b.account_key = a.account_key
    where a.relevant
),
seconds as (
    select v.account_key, v.second, count(distinct case when v.opened then v.object_key end) as objects
    from visits as v
    group by v.account_key, v.second
),
days as (
    select s.account_key, s.second // 86400 as day, count(distinct s.second // 3600) as hours, max(s.objects) as objects
    from seconds as s
    group by s.account_key, s.second // 86400
)
select d.account_key, max(d.objects) as objects_in_a_second, max(d.hours) as hours_in_a_day
from days as d
group by d.account_key
