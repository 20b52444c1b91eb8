-- What the editions in force in each period say of each spot.
select
    f.spot, i.period, i.edition, i.table_name, i.table_date, i.newer, f.country, f.asn, f.holder, f.kind
from found as f
join in_force as i on i.edition = f.edition
