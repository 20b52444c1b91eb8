-- Each line of a device's result against the accounts that there are; an examination counts once for an account.
with placed as (
    select
        s.*,
        row_number() over (partition by s.account_key, s.examination order by s.paper_no, s.row) as place
    from result_said as s
)
select
    p.*,
    case
        when p.problem <> '' then 'unreadable'
        when p.missing <> '' then 'missing-field'
        when a.account_key is null then 'unknown-account'
        when p.examined_at is null then 'bad-time'
        when p.files is null or p.cache_opened is null or p.cache is null or p.known is null or p.near is null
            or p.unknown is null or p.ignorable is null or p.unreadable is null or p.unknown_groups is null
            then 'bad-number'
        when p.place > 1 then 'repeated'
        else ''
    end as reason
from placed as p
left join activity as a on a.account_key = p.account_key
