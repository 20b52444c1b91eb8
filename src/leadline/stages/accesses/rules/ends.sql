-- The first and the last access of a piece of a file: do its lines run forward in time?
with ends as (
    select min(j.line) as first_line, max(j.line) as last_line
    from judged as j
    where j.reason is null
)
select j.line, j.accessed_at
from judged as j
join ends as e on j.line = e.first_line or j.line = e.last_line
