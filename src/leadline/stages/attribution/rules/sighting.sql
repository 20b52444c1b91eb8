-- Each address at which an account was seen, a row for each period, with what was heard of it then. Only
-- accesses to the cache count. An address carries a jurisdiction where it stands for a subscriber's own line
-- and the tables agree on its country.
with seen as (
    select
        a.account_key, a.address, d.period,
        min(a.remote_ip) as remote_ip,
        count(*) as accesses,
        count(*) filter (where a.remote_port is null) as without_port,
        min(a.accessed_at) as first_access,
        max(a.accessed_at) as last_access
    from access as a
    join day as d on d.day = day_of(a.accessed_at)
    where a.relevant and a.account_key is not null
    group by a.account_key, a.address, d.period
),
placed as (
    select
        s.account_key, s.address, s.remote_ip, s.period, p.spot,
        case when u.spot is not null then 'special' else coalesce(h.kind, 'unknown') end as kind,
        coalesce(h.country, '') as country,
        coalesce(h.countries_named, cast([] as varchar[])) as countries_named,
        coalesce(h.holder, '') as holder,
        h.asn,
        coalesce(h.disagree, false) as disagree,
        s.accesses, s.without_port, s.first_access, s.last_access,
        coalesce(h.newer, false) as table_newer,
        coalesce(greatest(days_between(h.oldest, day_of(s.last_access)), 0), 0) as table_age_days
    from seen as s
    join spot as p on p.address = s.address
    left join heard as h on h.spot = p.spot and h.period = s.period
    left join unlisted as u on u.spot = p.spot
)
select
    p.account_key, p.address, p.remote_ip, p.period, p.spot, p.kind, p.country, p.countries_named, p.holder, p.asn,
    p.disagree,
    p.kind in ('access', 'mobile', 'cgnat', 'unknown') and p.country <> '' as carries,
    p.accesses, p.without_port, p.first_access, p.last_access,
    count(*) over (partition by p.address, p.period) as accounts_here,
    p.table_newer, p.table_age_days
from placed as p
