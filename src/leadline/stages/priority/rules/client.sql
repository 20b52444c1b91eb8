-- Which client programs each account used, by the name that they give themselves, and since when.
with agents as (
    select distinct a.user_agent
    from access as a
    where a.relevant and a.account_key is not null and a.user_agent is not null
),
judged as (
    select
        g.user_agent,
        whole_match(ascii_lower(g.user_agent), $automated_clients)
            and not whole_match(ascii_lower(g.user_agent), $device_clients) as automated
    from agents as g
),
used as (
    select a.account_key, a.user_agent, count(*) as accesses, min(a.accessed_at) as first_at
    from access as a
    where a.relevant and a.account_key is not null and a.user_agent is not null
    group by a.account_key, a.user_agent
)
select u.account_key, u.user_agent, u.accesses, u.first_at, j.automated
from used as u
inner join judged as j on j.user_agent = u.user_agent
