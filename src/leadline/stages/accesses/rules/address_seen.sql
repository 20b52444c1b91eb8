-- Each address in each period, over all files.
select
    coalesce(min(s.address), v4_key(s.remote_ip)) as address,
    s.remote_ip,
    s.period,
    cast(sum(s.accesses) as bigint) as accesses,
    cast(sum(s.relevant_accesses) as bigint) as relevant_accesses,
    min(s.first_access) as first_access,
    max(s.last_access) as last_access
from seen_part as s
group by s.remote_ip, s.period
