-- Whether the object of each relevant access stood in the cache at that moment. A listing shows a cache, not an
-- object, so that no date answers for it. Opening is a view or download that succeeded and was no HEAD request.
select
    a.account_key, a.accessed_at, a.file, a.line, a.object_key,
    a.succeeded and not a.is_head and a.action in ('view', 'download') as opened,
    case
        when a.action = 'list' then 'dates-unknown'
        when s.object_key is not null then 'present'
        when b.perhaps_until is not null and a.accessed_at < b.perhaps_until then 'dates-unknown'
        when a.accessed_at < b.earliest then 'before-added'
        when a.accessed_at >= b.first_removed then 'after-removed'
        else 'dates-unknown'
    end as presence
from access as a
left join bound as b on b.object_key = a.object_key
left join span as s
    on s.object_key = a.object_key and a.accessed_at >= s.added_at and a.accessed_at < s.ends_at
where a.relevant
