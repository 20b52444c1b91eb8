-- The instant of each time of day that was written without a zone, by the dated table of that zone's clock. An hour that
-- the clock passed twice stays open: only the order of the whole file can tell which passing it was.
select
    s.line,
    k.place,
    case when k.place = 'plain' then plus_seconds(s.clock, -k.offset_seconds) end as accessed_at
from said as s
join clock_span as k on s.clock >= k.from_clock and s.clock < k.to_clock
