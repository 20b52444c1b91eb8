-- What each account added to the cache, by the log or as an inventory names it, and how much of that has no digest.
select
    c.account_key,
    count(*) filter (where c.listed) as objects,
    count(*) filter (where c.listed and c.new) as new_objects,
    count(*) filter (
        where c.listed and o.sha256 is null and o.sha1 is null and o.md5 is null
    ) as without_digest,
    min(case when c.listed then c.added_at end) as first_added,
    max(case when c.listed then c.added_at end) as last_added
from contribution as c
inner join object as o on o.object_key = c.object_key
group by c.account_key
