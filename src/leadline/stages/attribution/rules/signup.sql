-- From which address each account was opened, and in which period: at sign-up, or else when it was created, as the
-- record or a report says. Where neither says when, there is no period.
with opened as (
    select a.account_key, s.address, s.remote_ip, day_of(coalesce(r.signup_at, r.created_at)) as day
    from activity as a
    join account_record as r on r.account_key = a.account_key
    join signup_address as s on s.signup_ip = r.signup_ip
    union
    select a.account_key, e.address, e.remote_ip, day_of(e.happened_at) as day
    from activity as a
    join reported_event as e on e.account_key = a.account_key
    where e.kind = 'registration'
)
select o.account_key, o.address, o.remote_ip, d.period
from opened as o
left join day as d on d.day = o.day
