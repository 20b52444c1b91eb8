-- The answers that fit, each once, with how many different ones their request has; a table of its own, so that the next
-- rule compares only what it must.
with counted as (
    select f.request_id, count(distinct f.answer || '|' || f.subscriber_key) as answers
    from answer_first as f
    where f.place = 1
    group by f.request_id
)
select f.*, c.answers
from answer_first as f
inner join counted as c on c.request_id = f.request_id
where f.place = 1
