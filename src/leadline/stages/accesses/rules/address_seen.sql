-- Each address in each period, over all files.
with counted as (
    select
        s.number,
        s.address,
        min(s.remote_ip) as remote_ip,
        s.period,
        cast(sum(s.accesses) as bigint) as accesses,
        cast(sum(s.relevant_accesses) as bigint) as relevant_accesses,
        min(s.first_access) as first_access,
        max(s.last_access) as last_access
    from seen_part as s
    group by s.number, s.address, s.period
)
select
    coalesce(c.address, v4_key(c.number)) as address,
    coalesce(c.remote_ip, v4_text(c.number)) as remote_ip,
    c.period,
    c.accesses,
    c.relevant_accesses,
    c.first_access,
    c.last_access
from counted as c
