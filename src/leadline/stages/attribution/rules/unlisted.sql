-- Spots in special space (private, documentation and the like) that no loaded edition lists, whatever its date.
with spots as (
    select distinct s.spot from spot as s
)
select s.spot
from spots as s
join special_range as p on s.spot >= p.first and s.spot <= p.last
where not exists (select 1 as listed from found as f where f.spot = s.spot)
