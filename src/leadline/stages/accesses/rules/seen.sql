-- Each address in each period between two dates of the address tables, over all accesses.
select
    r.remote_ip,
    min(r.address) as address,
    p.period,
    count(*) as accesses,
    count(*) filter (where r.relevant) as relevant_accesses,
    min(r.accessed_at) as first_access,
    max(r.accessed_at) as last_access
from seen_row as r
join period_span as p on r.accessed_at >= p.begins and r.accessed_at < p.ends
group by r.remote_ip, p.period
