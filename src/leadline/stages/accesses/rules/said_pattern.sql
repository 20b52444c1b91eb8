-- What each line says that has its format's one pattern. Here come only the fields that every line is asked for: with
-- more than four groups the pattern would cost three times as much, and the rest is read from the kept lines alone.
with fields as (
    select c.line, c.text, pattern_fields(c.text, $pattern, $names) as f
    from cut as c
),
requests as (
    select f.line, f.text, f.f.time as time_text, f.f.address as address_text,
        pattern_fields(f.f.request, $request, $request_names) as r
    from fields as f
)
select
    q.line,
    case
        when q.address_text <> '' then null
        when whole_match(q.text, $cut_short) then 'truncated'
        else 'not-the-format'
    end as reason,
    at_utc(q.time_text, $times) as accessed_at,
    cast(null as timestamp with time zone) as clock,
    q.time_text,
    q.address_text,
    case
        when is_v4(q.address_text) then v4_number(q.address_text)
        when is_v4_with_port(q.address_text) then v4_number(split_part(q.address_text, ':', 1))
    end as number,
    q.r.method as method,
    q.r.path as path,
    cast(null as varchar) as action_text,
    cast(null as varchar) as object_text
from requests as q
