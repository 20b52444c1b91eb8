-- The objects with which the cache began: those that came within a day of the first known moment.
with begun as (
    select min(o.added_at) as begins_at
    from object as o
    where o.listed and o.added_at is not null
)
select
    o.object_key, o.added_at,
    micros(o.added_at) <= micros(b.begins_at) + $clocks_apart_micros as very_first,
    micros(b.begins_at) + $first_batch_micros as ends_micros
from object as o
inner join begun as b on o.added_at >= b.begins_at and micros(o.added_at) < micros(b.begins_at) + $first_batch_micros
where o.listed
