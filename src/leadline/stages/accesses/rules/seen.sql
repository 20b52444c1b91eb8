-- Each address in each period between two dates of the address tables, over all accesses.
select
    j.remote_ip,
    min(j.address) as address,
    p.period,
    count(*) as accesses,
    count(*) filter (where j.relevant) as relevant,
    min(j.accessed_at) as first_access,
    max(j.accessed_at) as last_access
from judged as j
join period_span as p on j.accessed_at >= p.begins and j.accessed_at < p.ends
where j.reason is null
group by j.remote_ip, p.period
