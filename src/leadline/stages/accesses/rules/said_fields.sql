-- What each line says that is fields in the order of a header. A field at place 0 is one that the header does not have.
with parts as (
    select c.line, coalesce(c.parts, str_split(c.text, $delimiter)) as parts
    from cut as c
),
fields as (
    select
        p.line,
        parts_in(p.parts) as held,
        part_of(p.parts, $fields + 1) as spare,
        nullif(part_of(p.parts, $time_at), $nothing) as time_of_day,
        coalesce(nullif(part_of(p.parts, $date_at), $nothing), nullif($day, '')) as day,
        nullif(part_of(p.parts, $address_at), $nothing) as address_text,
        nullif(part_of(p.parts, $port_at), $nothing) as port_text,
        nullif(part_of(p.parts, $account_at), $nothing) as account_key,
        nullif(part_of(p.parts, $method_at), $nothing) as method,
        split_part(nullif(part_of(p.parts, $path_at), $nothing), '?', 1) as path,
        nullif(part_of(p.parts, $action_at), $nothing) as action_text,
        nullif(part_of(p.parts, $object_at), $nothing) as object_text,
        nullif(part_of(p.parts, $status_at), $nothing) as status_text,
        nullif(part_of(p.parts, $bytes_at), $nothing) as bytes_text,
        nullif(part_of(p.parts, $agent_at), $nothing) as agent,
        nullif(part_of(p.parts, $session_at), $nothing) as session
    from parts as p
),
timed as (
    select
        f.*,
        case when $dated then f.day || ' ' || f.time_of_day else f.time_of_day end as time_text
    from fields as f
),
placed as (
    select
        t.*,
        case when $times = 'any' then at_stated(t.time_text) when $times <> 'clock' then at_utc(t.time_text, $times) end
            as accessed_at
    from timed as t
)
select
    p.line,
    case
        when p.held < $fields and p.line = $open_line then 'truncated'
        when p.held <> $fields and not ($spare_end and p.held = $fields + 1 and p.spare = '') then 'not-the-format'
        when $is_table and (p.time_text is null or p.address_text is null or p.action_text is null
            or p.object_text is null) then 'missing-field'
    end as reason,
    p.accessed_at,
    case when p.accessed_at is null and ($times = 'any' or $times = 'clock') then local_clock(p.time_text) end as clock,
    p.time_text,
    p.address_text,
    case
        when is_v4(p.address_text) then v4_number(p.address_text)
        when is_v4_with_port(p.address_text) then v4_number(split_part(p.address_text, ':', 1))
    end as number,
    p.port_text,
    p.account_key,
    p.method,
    p.path,
    p.action_text,
    p.object_text,
    p.status_text,
    p.bytes_text,
    p.agent,
    p.session
from placed as p
