-- What each account did to each object (or listed cache) on the whole, for distinct counts of objects.
select
    a.account_key,
    a.object_key,
    bool_or(a.succeeded and not a.is_head and a.action in ('view', 'download')) as opened,
    bool_or(a.succeeded and not a.is_head and a.action = 'download') as downloaded,
    bool_or(a.succeeded and not a.is_head and a.action = 'upload') as added,
    bool_or(a.succeeded and not a.is_head and a.action = 'share') as shared
from access as a
where a.relevant and a.account_key is not null
group by a.account_key, a.object_key
