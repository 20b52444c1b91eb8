-- What came back of each check, one row an account and check, from every source that has not changed its mind. One
-- `yes` outweighs any `no`, because only upwards is anything moved by it; that sources disagree is kept.
with standing as (
    select
        r.account_key, r.check_name, r.state, r.source, r.checked_at,
        row_number() over (
            partition by r.account_key, r.check_name, r.state order by r.checked_at, r.source, r.paper, r.row
        ) as place
    from returned_check as r
    where not r.superseded
)
select
    s.account_key, s.check_name,
    case
        when bool_or(s.state = 'yes') then 'yes'
        when bool_or(s.state = 'no') then 'no'
        else 'unknown'
    end as state,
    bool_or(s.state = 'yes') and bool_or(s.state = 'no') as disputed,
    min(case when s.state = 'yes' then s.checked_at end) as yes_at,
    min(case when s.state = 'no' then s.checked_at end) as no_at,
    min(case when s.state = 'yes' and s.place = 1 then s.source end) as yes_source,
    min(case when s.state = 'no' and s.place = 1 then s.source end) as no_source
from standing as s
group by s.account_key, s.check_name
