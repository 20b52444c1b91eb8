-- A sudden change of place and client: the first access from a country is also the first with a client program,
-- while the account had another place and another client before, the other place not long ago. One row an
-- account: the earliest such change.
with places as (
    select s.account_key, s.country, min(s.first_access) as first_at, max(s.last_access) as last_at
    from sighting as s
    where s.carries and s.country <> ''
    group by s.account_key, s.country
),
beginnings as (
    select c.account_key, min(c.first_at) as first_at
    from client as c
    group by c.account_key
),
changes as (
    select
        p.account_key, p.first_at, o.country as from_country, p.country as to_country,
        row_number() over (
            partition by p.account_key order by p.first_at, p.country, o.last_at desc, o.country, c.user_agent
        ) as place
    from places as p
    inner join client as c on c.account_key = p.account_key and c.first_at = p.first_at
    inner join beginnings as b on b.account_key = p.account_key and b.first_at < p.first_at
    inner join places as o
        on o.account_key = p.account_key and o.country <> p.country and o.first_at < p.first_at
        and micros(o.last_at) >= micros(p.first_at) - $takeover_days * 86400000000
)
select h.account_key, h.first_at, h.from_country, h.to_country
from changes as h
where h.place = 1
