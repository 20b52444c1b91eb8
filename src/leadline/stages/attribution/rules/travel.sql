-- Accounts that were at home lines of different countries within less time than a journey takes, more than once:
-- a single change can be a table's error, a shared account or a phone abroad.
with abroad as (
    select s.account_key
    from sighting as s
    where s.carries and s.kind = 'access'
    group by s.account_key
    having count(distinct s.country) > 1
),
moments as (
    select a.account_key, a.accessed_at, a.file, a.line, s.country
    from access as a
    join abroad as b on b.account_key = a.account_key
    join day as d on d.day = day_of(a.accessed_at)
    join sighting as s on s.account_key = a.account_key and s.address = a.address and s.period = d.period
    where a.relevant and s.carries and s.kind = 'access'
),
ordered as (
    select
        m.account_key, m.accessed_at, m.country,
        lag(m.accessed_at) over (partition by m.account_key order by m.accessed_at, m.file, m.line) as before_at,
        lag(m.country) over (partition by m.account_key order by m.accessed_at, m.file, m.line) as before_country
    from moments as m
)
select o.account_key, count(*) as changes
from ordered as o
where o.country <> o.before_country and micros(o.accessed_at) - micros(o.before_at) < 1000000 * cast($travel_seconds as bigint)
group by o.account_key
having count(*) >= $travel_changes
