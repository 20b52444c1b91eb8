-- The cache at the end of each day of the calendar: what stands is all that came less all that went.
select
    c.day,
    coalesce(e.added, 0) as added,
    coalesce(e.removed, 0) as removed,
    cast(sum(coalesce(e.change, 0)) over (order by c.day) as bigint) as standing,
    cast(sum(coalesce(e.bytes, 0)) over (order by c.day) as bigint) as bytes_standing,
    coalesce(e.accesses, 0) as accesses,
    coalesce(e.accounts, 0) as accounts
from calendar as c
left join event_day as e on e.day = c.day
