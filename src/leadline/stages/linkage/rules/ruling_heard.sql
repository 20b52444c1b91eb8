-- Every ruling that the run heard and what became of it. One on an account without a relevant access joins and
-- parts nobody here.
select
    s.account_a, s.account_b, s.ruled_at, s.ruled_by, s.ruling,
    case when a.account_key is null or b.account_key is null then 'not-here' else s.state end as state,
    case
        when a.account_key is null or b.account_key is null then 'an account of the pair has no relevant access'
        else s.note
    end as note,
    s.reason
from ruling_state as s
left join activity as a on a.account_key = s.account_a
left join activity as b on b.account_key = s.account_b
