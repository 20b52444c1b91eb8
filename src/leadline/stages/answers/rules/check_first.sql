-- Checks that fit an account. The same row a second time is repeated and counts once; one source that says two things
-- of one check at one instant contradicts itself, and neither counts.
with fitting as (
    select
        m.*,
        row_number() over (
            partition by m.account_key, m.check_name, m.state, m.source, m.reference, m.checked_by, m.checked_at, m.tool,
                m.level, m.tool_version, m.subject_name, m.subject_email, m.subject_phone
            order by m.paper_no, m.row
        ) as place
    from check_met as m
    where m.reason = ''
),
said as (
    select
        f.account_key, f.check_name, f.source, f.tool, f.checked_at,
        count(distinct f.state || '|' || f.level) as states
    from fitting as f
    group by f.account_key, f.check_name, f.source, f.tool, f.checked_at
)
select
    f.*,
    case
        when f.place > 1 then 'repeated'
        when s.states > 1 then 'contradicts'
        else ''
    end as conflict
from fitting as f
inner join said as s
    on s.account_key = f.account_key and s.check_name = f.check_name and s.source = f.source and s.tool = f.tool
    and s.checked_at = f.checked_at
