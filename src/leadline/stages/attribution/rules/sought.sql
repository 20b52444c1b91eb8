-- Every address that is looked up, once: those at which an account was seen with the cache, and those of sign-ups.
with together as (
    select a.address, a.remote_ip from access as a where a.relevant and a.account_key is not null
    union all
    select g.address, g.remote_ip from signup as g
)
select t.address, min(t.remote_ip) as remote_ip
from together as t
group by t.address
