-- Each row of a checks file against the accounts and the checks that there are.
select
    c.*,
    case
        when c.problem <> '' then 'unreadable'
        when c.missing <> '' then 'missing-field'
        when a.account_key is null then 'unknown-account'
        when k.check_name is null then 'unknown-check'
        when c.checked_at is null then 'bad-time'
        when c.state not in ('yes', 'no', 'unknown') then 'bad-state'
        when k.assessment and (c.tool = '' or c.level = '') then 'missing-field'
        else ''
    end as reason,
    case
        when c.problem <> '' then c.problem
        when c.missing <> '' then c.missing
        when c.checked_at is null then 'checked_at'
        when k.assessment then 'tool and level'
        else ''
    end as detail
from check_said as c
left join activity as a on a.account_key = c.account_key
left join known_check as k on k.check_name = c.check_name
