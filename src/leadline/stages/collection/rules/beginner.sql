-- Who added the first objects, on the cache's first day. An account that uploaded one of them again later did not.
select c.account_key, c.object_key, c.source, f.very_first
from contribution as c
inner join first_object as f
    on f.object_key = c.object_key and (c.added_at is null or micros(c.added_at) < f.ends_micros)
