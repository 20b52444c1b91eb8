-- The edge at which each spot begins that was asked for.
select p.spot, p.place as edge
from placed as p
where not p.asked and exists (select 1 as asked from spot as s where s.spot = p.spot)
