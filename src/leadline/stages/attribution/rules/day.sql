-- The period of each UTC day that matters: editions come into force at midnight UTC, so a day has one period.
with mattering as (
    select day_of(a.accessed_at) as day from access as a where a.relevant and a.account_key is not null
    union
    select day_of(coalesce(r.signup_at, r.created_at)) as day
    from account_record as r
    where r.signup_ip is not null and coalesce(r.signup_at, r.created_at) is not null
    union
    select day_of(e.happened_at) as day
    from reported_event as e
    where e.kind = 'registration' and e.happened_at is not null
)
select m.day, p.period
from mattering as m
join period as p on m.day >= p.begins and m.day < p.ends
