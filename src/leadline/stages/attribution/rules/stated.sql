-- What stands beside the addresses of each account: the countries that its record states, and that of sign-up,
-- if the account was opened from a subscriber's own line and those who tell of it (record, reports) agree.
with opened as (
    select g.account_key, max(h.country) as country
    from signup as g
    join spot as p on p.address = g.address
    join heard as h on h.spot = p.spot and h.period = g.period
    where h.kind in ('access', 'mobile', 'cgnat', 'unknown')
    group by g.account_key
    having count(distinct h.country) = 1
)
select
    a.account_key,
    coalesce(two_letters(r.declared_country), '') as declared_country,
    coalesce(two_letters(r.payment_country), '') as payment_country,
    coalesce(p.country, '') as phone_country,
    coalesce(o.country, '') as signup_country
from activity as a
left join account_record as r on r.account_key = a.account_key
left join phone_country as p on p.account_key = a.account_key
left join opened as o on o.account_key = a.account_key
