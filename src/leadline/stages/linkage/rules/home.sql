-- Where an account was seen at an address that few share, by fortnight. Addresses that a network shares among
-- many (carrier NAT, mobile, VPN, Tor, relay, hosting) or that many accounts used are no home. Each visit is
-- noted for its own fortnight and the next, because an address that passes to another line passes slowly.
with used as (
    select
        s.address,
        max(s.accounts_here) as crowd,
        max(case when s.kind in ('access', 'unknown') then 0 else 1 end) as shared
    from sighting as s
    group by s.address
),
visit as (
    select distinct a.account_key, a.address, u.crowd, micros(a.accessed_at) // 1209600000000 as fortnight
    from access as a
    inner join used as u on u.address = a.address
    where a.relevant and a.account_key is not null and u.shared = 0 and u.crowd < $shared_address_accounts
)
select v.account_key, v.address, v.crowd, v.fortnight
from visit as v
union
select v.account_key, v.address, v.crowd, v.fortnight + 1 as fortnight
from visit as v
