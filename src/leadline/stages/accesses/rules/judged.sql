-- Each line is an access or is refused for one reason, the first in this order; `waiting` lines stand in an hour that
-- the clock passed twice and are judged at the end of the file.
with placed as (
    select
        s.line,
        s.reason,
        coalesce(s.accessed_at, k.accessed_at) as accessed_at,
        s.accessed_at is not null or $zone_by_format as zone_stated,
        k.place,
        coalesce(s.number, w.number) as number,
        w.address,
        w.remote_ip,
        s.time_text,
        s.address_text,
        s.method
    from said as s
    left join clocked as k on k.line = s.line
    left join address_word as w on w.written = s.address_text
),
reasoned as (
    select
        p.*,
        case
            when p.reason is not null then p.reason
            when p.accessed_at is null and p.place = 'fold' then 'waiting'
            when p.accessed_at is null and p.place = 'ambiguous' then 'ambiguous-time'
            when p.accessed_at is null then 'bad-time'
            when p.number is null and p.address is null then 'bad-address'
        end as verdict
    from placed as p
)
select
    r.line,
    r.verdict as reason,
    r.accessed_at,
    r.zone_stated,
    r.number,
    r.address,
    r.remote_ip,
    case when t.line is not null then r.time_text end as time_text,
    case when t.line is not null then r.address_text end as address_text,
    coalesce(r.method = 'HEAD', false) as is_head,
    t.action,
    t.object_key,
    t.account_key,
    r.verdict is null and coalesce(t.relevant, false) as relevant,
    r.verdict is null and t.line is not null as kept
from reasoned as r
left join touched as t on t.line = r.line
