-- How much speaks for each country of an account. An address whose kind no table knows weighs half. Accesses on
-- whose country the tables disagree count for none, and are kept as disputed for each country that was named.
with counted as (
    select
        s.account_key, s.country as code,
        case when s.kind = 'unknown' then 1 else 2 end * s.accesses as weight,
        s.accesses,
        case when s.kind = 'unknown' then 0 else s.accesses end as known,
        0 as disputed_weight, 0 as disputed,
        s.first_access, s.last_access,
        case when s.table_newer then 1 else 0 end as newer,
        case when s.table_age_days > $table_old_days then 1 else 0 end as aged
    from sighting as s
    where s.carries
),
contested as (
    select
        s.account_key, n.country as code,
        0 as weight, 0 as accesses, 0 as known,
        case when s.kind = 'unknown' then 1 else 2 end * s.accesses as disputed_weight,
        s.accesses as disputed,
        s.first_access, s.last_access,
        0 as newer, 0 as aged
    from sighting as s
    join naming as n on n.spot = s.spot and n.period = s.period
    where s.disagree and s.kind in ('access', 'mobile', 'cgnat', 'unknown')
),
together as (
    select c.* from counted as c
    union all
    select c.* from contested as c
)
select
    t.account_key, t.code,
    cast(sum(t.weight) as bigint) as weight,
    cast(sum(t.accesses) as bigint) as accesses,
    cast(sum(t.known) as bigint) as known,
    cast(sum(t.disputed_weight) as bigint) as disputed_weight,
    cast(sum(t.disputed) as bigint) as disputed,
    min(t.first_access) filter (where t.accesses > 0) as first_access,
    max(t.last_access) filter (where t.accesses > 0) as last_access,
    max(t.newer) as newer,
    max(t.aged) as aged
from together as t
group by t.account_key, t.code
