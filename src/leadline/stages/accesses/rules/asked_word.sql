-- What each line of a table with its own column of actions did; a word that nobody mapped names no action.
select
    s.line,
    coalesce(w.action, '') as action,
    s.object_text as object_key,
    '' as account_key,
    '' as cache_key
from said as s
left join action_word as w on w.written = ascii_lower(s.action_text)
where s.reason is null and s.object_text is not null
