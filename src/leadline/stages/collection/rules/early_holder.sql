-- Who opened listed objects before the moment at which they are known to have been added: whoever did had them
-- already, or the dates are those of the listing and not of the object. Clocks of two machines differ a little.
select a.account_key, a.object_key, min(a.accessed_at) as first_at
from access as a
inner join object as o on o.object_key = a.object_key
where a.relevant and a.succeeded and not a.is_head and a.action in ('view', 'download')
    and o.listed and micros(a.accessed_at) + $clocks_apart_micros < micros(o.added_at)
group by a.account_key, a.object_key
