-- Who added which object: as an inventory names them, as a successful upload shows, or both. The inventory's
-- date goes before the upload's.
with named as (
    select l.added_by as account_key, l.object_key, min(l.added_at) as added_at
    from listing as l
    where l.added_by is not null
    group by l.added_by, l.object_key
),
shown as (
    select u.account_key, u.object_key, u.first_at
    from upload as u
    where u.account_key is not null
)
select
    coalesce(n.account_key, s.account_key) as account_key,
    coalesce(n.object_key, s.object_key) as object_key,
    coalesce(n.added_at, s.first_at) as added_at,
    o.listed,
    o.new,
    case when s.object_key is null then 'inventory' when n.object_key is null then 'upload' else 'both' end as source
from named as n
full join shown as s on s.account_key = n.account_key and s.object_key = n.object_key
inner join object as o on o.object_key = coalesce(n.object_key, s.object_key)
