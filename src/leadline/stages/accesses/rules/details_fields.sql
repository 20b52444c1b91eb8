-- The rest of what the kept lines say. Where the tip has several logs, a digest tells equal lines.
select
    s.line,
    s.account_key,
    cast(null as bigint) as status,
    s.status_text,
    cast(null as bigint) as bytes,
    s.bytes_text,
    s.agent,
    s.session,
    s.port_text,
    case when $several then sha256(c.text) else '' end as text_digest
from judged as j
join said as s on s.line = j.line
join cut as c on c.line = j.line
where j.kept
