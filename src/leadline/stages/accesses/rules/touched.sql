-- What is kept: accesses to an object that an inventory lists, and listings of a cache that the tip names, are relevant;
-- uploads of other objects are kept beside them. Without an inventory nothing is relevant. A listing is of the cache
-- that its request names.
with listings as (
    select a.line, k.cache_key
    from asked as a
    join cache_named as k on k.cache_key = coalesce(nullif(a.cache_key, ''), a.object_key)
    where a.action = 'list' and $has_inventory
),
objects as (
    select a.line
    from asked as a
    join listed_object as o on o.object_key = a.object_key
)
select
    a.line,
    a.action,
    case
        when l.line is not null then l.cache_key
        when a.action = 'list' and a.object_key = '' then a.cache_key
        else a.object_key
    end as object_key,
    a.account_key,
    l.line is not null or o.line is not null as relevant
from asked as a
left join listings as l on l.line = a.line
left join objects as o on o.line = a.line
where l.line is not null or o.line is not null or (a.action = 'upload' and a.object_key <> '')
