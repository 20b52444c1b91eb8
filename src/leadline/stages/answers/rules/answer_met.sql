-- Each row of an answer form against the request whose id it bears. The first thing that is wrong is the reason,
-- from what would open a wrong door to what is only unclear; a row that was left empty waits for its answer.
with met as (
    select
        s.*,
        r.request_id is not null as known,
        r.account_key, r.check_digit as asked_digit, r.holder as asked_holder, r.country, r.kind, r.resolvable,
        r.remote_ip, r.remote_port, r.accessed_at,
        micros(s.instant) - micros(r.accessed_at) as off,
        micros(s.instant) // 60000000 % 60 as minute,
        micros(s.instant) // 3600000000 % 24 as hour,
        micros(r.accessed_at) // 60000000 % 60 as asked_minute,
        micros(r.accessed_at) // 3600000000 % 24 as asked_hour,
        coalesce(a.address, '') as asked_address
    from answer_said as s
    left join request_asked as r on r.request_id = s.request_id
    left join request_address as a on a.remote_ip = r.remote_ip
),
compared as (
    select
        m.*,
        m.remote_port is null and m.port is null or coalesce(m.remote_port = m.port, false) as port_fits,
        not m.looked_up or (
            m.looked_up_address = m.asked_address
            and coalesce(m.looked_up_at = m.accessed_at, false)
            and (m.remote_port is null and m.looked_up_port is null or coalesce(m.looked_up_port = m.remote_port, false))
        ) as looked_up_fits
    from met as m
)
select
    c.*,
    case
        when c.problem <> '' then 'unreadable'
        when not c.filled and c.known then 'unanswered'
        when c.missing <> '' then 'missing-field'
        when not c.known and c.own_digit <> c.check_digit then 'check-digit'
        when not c.known then 'unknown-request'
        when coalesce(c.holder, c.asked_holder) <> c.asked_holder then 'other-holder'
        when c.address <> c.asked_address then 'address-differs'
        when not c.port_fits then 'port-differs'
        when c.instant is null then 'bad-time'
        when c.off <> 0 then 'instant-differs'
        when c.check_digit <> c.asked_digit then 'check-digit'
        when c.answer not in ('subscriber', 'no-record', 'refused') then 'bad-answer'
        when c.damaged <> '' then 'bad-answer'
        when not c.looked_up_fits then 'looked-up-differs'
        when c.answer <> 'subscriber' then ''
        when c.subscriber_key = '' then 'no-subscriber'
        when not c.resolvable then 'port-missing'
        when c.bad_time <> '' then 'bad-time'
        when c.valid_from is null then 'missing-field'
        when c.valid_to is not null and c.valid_to < c.valid_from then 'bad-time'
        when c.accessed_at < c.valid_from or coalesce(c.accessed_at > c.valid_to, false) then 'outside-validity'
        else ''
    end as reason,
    case
        when c.problem <> '' then c.problem
        when c.missing <> '' then c.missing
        when not c.known or coalesce(c.holder, c.asked_holder) <> c.asked_holder then ''
        when c.address <> c.asked_address or not c.port_fits then ''
        when c.instant is null then 'instant_utc'
        when c.off <> 0 and c.hour = c.asked_minute and c.minute = c.asked_hour then 'hour and minute changed places'
        when c.off <> 0 and c.off % 86400000000 = 0 then 'off by ' || cast(c.off // 86400000000 as varchar) || ' days'
        when c.off <> 0 and c.off % 1800000000 = 0
            then 'off by ' || cast(c.off // 60000000 as varchar) || ' minutes: a zone was not heeded'
        when c.off <> 0 then 'off by ' || cast(c.off // 1000000 as varchar) || ' seconds'
        when c.damaged <> '' then c.damaged || ' holds a formula, or what a spreadsheet left of a number'
        when c.answer <> 'subscriber' then ''
        when c.bad_time <> '' then c.bad_time || ' has no zone, or is no time'
        when c.valid_from is null then 'valid_from'
        when c.valid_to is not null and c.valid_to < c.valid_from then 'valid_to lies before valid_from'
        else ''
    end as detail
from compared as c
