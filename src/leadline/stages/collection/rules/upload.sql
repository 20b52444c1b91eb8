-- The first successful upload of each object by each account. An upload dates an object where no inventory does
-- and names who added it; it never makes a member of the cache. A HEAD request adds nothing.
select
    a.object_key,
    a.account_key,
    min(a.accessed_at) as first_at
from access as a
where a.action = 'upload' and a.succeeded and not a.is_head
group by a.object_key, a.account_key
