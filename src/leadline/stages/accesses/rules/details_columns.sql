-- The rest of what the kept lines say, which was read already. Where the tip has several logs, a digest tells equal lines.
select
    d.line,
    d.account_key,
    d.status,
    cast(null as varchar) as status_text,
    d.bytes,
    cast(null as varchar) as bytes_text,
    nullif(d.agent, '-') as agent,
    '' as session,
    '' as port_text,
    case when $several then sha256(d.text) else '' end as text_digest
from detail as d
