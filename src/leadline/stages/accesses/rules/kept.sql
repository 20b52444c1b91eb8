-- The accesses that are kept, whole. The account that a request names goes before the one that the line names. Without
-- a status an access counts as successful; one that is written and is no number is an attempt, for it tells of no success.
with chosen as (
    select
        j.line,
        j.accessed_at,
        j.zone_stated,
        j.number,
        j.remote_ip,
        j.address,
        j.is_head,
        j.action,
        j.object_key,
        j.relevant,
        j.account_key as account_asked,
        j.time_text,
        case when w.written is null then split_part(j.address_text, ':', 2) end as port_at_address,
        w.port as port_at_word,
        d.account_key as account_said,
        coalesce(d.status, whole_number(d.status_text)) as status,
        d.status is null and nullif(nullif(d.status_text, '-'), '') is null as no_status,
        coalesce(d.bytes, whole_number(d.bytes_text)) as bytes,
        d.agent,
        d.session,
        d.port_text,
        d.text_digest
    from judged as j
    join details as d on d.line = j.line
    left join address_word as w on w.written = j.address_text
    where j.kept
)
select
    coalesce(named_account(c.account_asked), named_account(c.account_said)) as account_key,
    c.accessed_at,
    c.time_text,
    c.zone_stated,
    coalesce(c.address, v4_key(c.number)) as address,
    coalesce(c.remote_ip, v4_text(c.number)) as remote_ip,
    coalesce(port_number(c.port_text), port_number(c.port_at_address), c.port_at_word) as remote_port,
    c.action,
    c.object_key,
    c.no_status or coalesce((c.status >= 200 and c.status <= 299) or c.status = 304, false) as succeeded,
    c.is_head,
    c.status,
    c.bytes,
    nullif(c.agent, '') as user_agent,
    nullif(c.session, '') as session,
    $file as file,
    c.line,
    c.relevant,
    c.text_digest
from chosen as c
