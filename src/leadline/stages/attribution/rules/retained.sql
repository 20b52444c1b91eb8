-- For each day and country how long records of that day are kept at least; no row: unknown, which means urgent.
with days as (
    select distinct d.day from day as d
)
select t.country, d.day, max(t.days) as days
from days as d
join retention as t on d.day >= t.valid_from and d.day < t.valid_to
group by t.country, d.day
