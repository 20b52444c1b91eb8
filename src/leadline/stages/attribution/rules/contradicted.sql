-- Which other tables name another country for a spot, for each edition that names one itself.
select s.spot, s.period, s.edition, o.table_name || ':' || o.country as other
from said as s
join said as o on o.spot = s.spot and o.period = s.period
where s.country <> '' and o.country <> '' and o.country <> s.country
