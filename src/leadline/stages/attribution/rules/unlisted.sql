-- Spots in special space (private, documentation and the like) that no loaded edition lists, whatever its date.
select s.spot
from span as s
join special_range as p on s.edge >= p.first and s.edge <= p.last
where not exists (select 1 as listed from found as f where f.spot = s.spot)
