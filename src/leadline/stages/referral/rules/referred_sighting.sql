-- Where the accounts were seen, one row an address: how long the tables were in force does not matter to a reader.
select
    r.account_key,
    r.place,
    s.remote_ip as address,
    max(s.kind) as kind,
    max(s.country) as country,
    max(s.holder) as holder,
    cast(sum(s.accesses) as bigint) as accesses,
    cast(sum(s.without_port) as bigint) as without_port,
    min(s.first_access) as first_access,
    max(s.last_access) as last_access
from referred as r
inner join sighting as s on s.account_key = r.account_key
group by r.account_key, r.place, s.remote_ip
