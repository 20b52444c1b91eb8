-- Every address that is looked up, once: those of all accesses, relevant or not, and those of sign-ups.
with together as (
    select s.address, s.remote_ip from address_seen as s
    union all
    select g.address, g.remote_ip from signup as g
)
select t.address, min(t.remote_ip) as remote_ip
from together as t
group by t.address
