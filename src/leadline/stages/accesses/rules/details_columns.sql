-- The rest of what the kept lines say, which was read already. Where the tip has several logs, a digest tells equal lines.
select
    d.line,
    d.account_key,
    d.status_text,
    d.bytes_text,
    nullif(d.agent, '-') as agent,
    '' as session,
    '' as port_text,
    case when $several then sha256(c.text) else '' end as text_digest
from detail as d
join cut as c on c.line = d.line
