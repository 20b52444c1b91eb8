-- The rest of what the kept lines say, by the same pattern with other groups. Where the tip has several logs, a digest
-- tells equal lines.
with kept as (
    select c.line, c.text
    from cut as c
    join judged as j on j.line = c.line
    where j.kept
),
fields as (
    select k.line, k.text, pattern_fields(k.text, $pattern, $names) as f
    from kept as k
)
select
    d.line,
    d.f.account as account_key,
    cast(null as bigint) as status,
    d.f.status as status_text,
    cast(null as bigint) as bytes,
    d.f.bytes as bytes_text,
    nullif(d.f.agent, '-') as agent,
    '' as session,
    '' as port_text,
    case when $several then sha256(d.text) else '' end as text_digest
from fields as d
