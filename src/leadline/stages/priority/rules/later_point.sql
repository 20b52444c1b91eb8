-- Points for what is known beyond the log: checks that came back with `yes`, the same account in earlier tips, and
-- what an examined device holds. An identifier or object met before gives none: somebody may only have typed it.
with met as (
    select m.account_key, count(distinct m.earlier_tip) as tips
    from met_before as m
    where m.what = 'account'
    group by m.account_key
),
device as (
    select
        d.account_key,
        cast(sum(d.cache_opened) as bigint) as cache_opened,
        cast(sum(d.known) as bigint) as known
    from device_result as d
    group by d.account_key
)
select
    s.account_key, s.check_name as factor, k.points,
    k.yes_means || ' (' || s.yes_source || ', ' || cast(day_of(s.yes_at) as varchar)
        || case when s.disputed then '; ' || s.no_source || ' says no' else '' end || ')' as reason
from check_state as s
inner join known_check as k on k.check_name = s.check_name
where s.state = 'yes' and k.points > 0
union all
select
    m.account_key, 'met-before' as factor, cast($met_before_points as bigint) as points,
    'the same account accessed what ' || cast(m.tips as varchar) || ' earlier tips of this provider list' as reason
from met as m
union all
select
    d.account_key, 'device-opened' as factor, cast($device_opened_points as bigint) as points,
    'an examined device holds ' || cast(d.cache_opened as varchar) || ' contents that the account opened' as reason
from device as d
where d.cache_opened > 0
union all
select
    d.account_key, 'device-known' as factor, cast($device_known_points as bigint) as points,
    'an examined device holds ' || cast(d.known as varchar) || ' other contents that a hash set lists' as reason
from device as d
where d.known > 0
