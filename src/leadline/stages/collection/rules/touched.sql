-- When each object was reached first and last, and how many accounts opened it.
with pairs as (
    select
        a.object_key, a.account_key,
        min(a.accessed_at) as first_access,
        max(a.accessed_at) as last_access,
        bool_or(a.succeeded and not a.is_head and a.action in ('view', 'download')) as opened
    from access as a
    where a.action <> 'list'
    group by a.object_key, a.account_key
)
select
    p.object_key,
    min(p.first_access) as first_access,
    max(p.last_access) as last_access,
    count(*) filter (where p.opened and p.account_key is not null) as accounts
from pairs as p
group by p.object_key
