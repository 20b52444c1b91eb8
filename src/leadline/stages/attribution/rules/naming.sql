-- Which countries the tables name for each spot and period, one row a country.
select distinct s.spot, s.period, s.country
from said as s
where s.country <> ''
