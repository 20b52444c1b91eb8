-- One row an account with a relevant access, by the contract's definitions. Attempts count in no other figure of
-- conduct; a HEAD request opens nothing; a date is a UTC date.
with counted as (
    select
        a.account_key,
        count(*) as accesses,
        min(a.accessed_at) as first_access,
        max(a.accessed_at) as last_access,
        count(distinct day_of(a.accessed_at)) as days_active,
        count(*) filter (where not a.succeeded) as attempts,
        count(*) filter (where a.action = 'list') as listings,
        cast(coalesce(sum(a.bytes), 0) as bigint) as bytes,
        count(distinct a.address) as addresses,
        count(distinct a.user_agent) as user_agents,
        count(distinct a.session) as sessions,
        count(*) filter (where a.remote_port is null) as without_port,
        count(*) filter (where a.status is null and a.succeeded) as without_status,
        count(*) filter (where not a.zone_stated) as without_zone,
        count(*) filter (where a.seen_twice) as lines_seen_twice
    from access as a
    where a.relevant and a.account_key is not null
    group by a.account_key
),
visited as (
    select
        v.account_key,
        count(*) filter (where v.opened) as objects_opened,
        count(*) filter (where v.downloaded) as objects_downloaded,
        count(*) filter (where v.added) as objects_added,
        count(*) filter (where v.added and o.new) as new_objects_added,
        count(*) filter (where v.shared) as objects_shared
    from visit as v
    left join object as o on o.object_key = v.object_key
    group by v.account_key
),
stood as (
    select
        p.account_key,
        count(*) filter (where p.opened and p.presence = 'before-added') as opened_before_added,
        count(*) filter (where p.opened and p.presence = 'after-removed') as opened_after_removed,
        count(*) filter (where p.presence = 'dates-unknown') as dates_unknown
    from presence as p
    where p.account_key is not null
    group by p.account_key
)
select
    c.account_key, c.accesses, c.first_access, c.last_access, c.days_active,
    v.objects_opened, v.objects_downloaded, v.objects_added, v.new_objects_added, v.objects_shared,
    s.opened_before_added, s.opened_after_removed, c.attempts, c.listings, c.bytes,
    c.addresses, c.user_agents, c.sessions, c.without_port, c.without_status, c.without_zone,
    s.dates_unknown - c.listings as dates_unknown,
    c.lines_seen_twice
from counted as c
inner join visited as v on v.account_key = c.account_key
inner join stood as s on s.account_key = c.account_key
