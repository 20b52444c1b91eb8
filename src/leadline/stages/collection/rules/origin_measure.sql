-- What decides whether the evidence reaches back to the beginning of the cache; always one row.
with objects as (
    select
        count(*) as listed,
        count(*) filter (where o.added_at is null) as undated,
        min(o.added_at) as first_known
    from object as o
    where o.listed
),
logs as (
    select min(t.first_access) as log_begins from file_tally as t
),
reached as (
    select min(a.accessed_at) as first_access from access as a where a.relevant
),
added as (
    select count(distinct c.object_key) as adder_known from contribution as c where c.listed
),
instants as (
    select f.added_at, count(*) as objects from first_object as f group by f.added_at
),
first_batch as (
    select cast(coalesce(sum(i.objects), 0) as bigint) as first_objects, coalesce(max(i.objects), 0) as at_one_instant
    from instants as i
),
first_known_adder as (
    select count(distinct b.object_key) as first_adder_known from beginner as b
),
two_dates as (
    select i.object_key
    from inventory as i
    semi join first_object as f on f.object_key = i.object_key
    group by i.object_key
    having min(day_of(i.added_at)) < max(day_of(i.added_at)) and count(i.removed_at) = 0
),
disagreed as (
    select d.object_key from disputed as d semi join first_object as f on f.object_key = d.object_key
    union
    select t.object_key from two_dates as t
),
disagreement as (
    select count(*) as first_disagreed from disagreed as d
),
opened_before as (
    select
        count(distinct h.object_key) as stood,
        count(distinct coalesce(h.account_key, '')) as stood_for
    from early_holder as h
    inner join objects as o on h.first_at < o.first_known
)
select
    o.listed, o.undated, o.first_known, l.log_begins, r.first_access, a.adder_known, b.first_objects,
    b.at_one_instant, k.first_adder_known, d.first_disagreed, e.stood, e.stood_for
from objects as o
cross join logs as l
cross join reached as r
cross join added as a
cross join first_batch as b
cross join first_known_adder as k
cross join disagreement as d
cross join opened_before as e
