-- Each address in one period between two dates of the address tables, over all accesses.
select
    r.number,
    r.address,
    min(r.remote_ip) as remote_ip,
    cast($period as bigint) as period,
    count(*) as accesses,
    count(*) filter (where r.relevant) as relevant_accesses,
    min(r.accessed_at) as first_access,
    max(r.accessed_at) as last_access
from seen_row as r
where r.accessed_at >= $begins and r.accessed_at < $ends
group by r.number, r.address
