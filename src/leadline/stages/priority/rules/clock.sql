-- The clocks: by level from the day on which the tip was received, and, apart from it, the day by which those who
-- protect children are to hear what a check found. A position of trust or a journey moves the second alone.
with heard as (
    select s.account_key, k.check_name, k.yes_means, k.safeguarding_days, plus_days(day_of(s.yes_at), k.safeguarding_days) as due
    from check_state as s
    inner join known_check as k on k.check_name = s.check_name
    where s.state = 'yes' and k.safeguarding_days is not null
),
together as (
    select
        h.account_key, min(h.safeguarding_days) as days, min(h.due) as due,
        list_sort(list(h.yes_means) filter (where h.yes_means is not null)) as reasons
    from heard as h
    group by h.account_key
),
days as (
    select
        c.account_key, c.level,
        case
            when c.level = 'very-high' then cast($clock_very_high as bigint)
            when c.level = 'high' then cast($clock_high as bigint)
            when c.level = 'medium' then cast($clock_medium as bigint)
            else cast($clock_low as bigint)
        end as clock_days
    from candidate as c
)
select
    d.account_key, d.level, d.clock_days,
    case when $received_at is not null then plus_days(day_of(cast($received_at as timestamptz)), d.clock_days) end as due,
    t.days as safeguarding_days,
    t.due as safeguarding_due,
    merged_words(t.reasons, null) as safeguarding_reasons
from days as d
left join together as t on t.account_key = d.account_key
