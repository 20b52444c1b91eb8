-- Which lines are requests that this one pattern of the tip speaks of; the first pattern that matches wins.
with requests as (
    select s.line, s.path
    from said as s
    where s.path <> '' and ($method = '' or s.method = $method)
        and not exists (select 1 from asked as a where a.line = s.line)
),
found as (
    select r.line, pattern_fields(r.path, $pattern, $names) as f
    from requests as r
)
select
    f.line,
    $action as action,
    f.f.object as object_key,
    f.f.account as account_key,
    f.f.cache as cache_key
from found as f
where f.f.path <> ''
