-- Each address in each period, over all files. By `part`, `number` and `beside` the rows are in the order of their
-- addresses: numbers are sorted several times as fast as texts of 32 digits.
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
    c.last_access,
    case when c.number is not null then 1 when c.address < v4_key(0) then 0 else 2 end as part,
    coalesce(c.number, 0) as number,
    coalesce(c.address, '') as beside
from counted as c
