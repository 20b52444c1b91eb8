-- Answers that cannot both hold: two different ones to one request, or two subscribers of one holder at one address
-- while both are said to have had it. Behind a gateway or in a mobile network two ports are two subscribers.
with held as (
    select f.*
    from answer_first as f
    where f.place = 1
),
contradicting as (
    select h.request_id, count(distinct h.answer || '|' || h.subscriber_key) as answers
    from held as h
    group by h.request_id
),
overlapping as (
    select distinct a.paper, a.row
    from held as a
    inner join held as b
        on b.address = a.address and b.holder = a.holder and b.subscriber_key <> a.subscriber_key
    where a.answer = 'subscriber' and b.answer = 'subscriber'
        and (b.valid_to is null or a.valid_from < b.valid_to)
        and (a.valid_to is null or b.valid_from < a.valid_to)
        and (a.kind = 'access' or a.port is null or b.port is null or a.port = b.port)
)
select
    h.paper, h.row,
    case
        when c.answers > 1 then 'contradicts'
        when o.row is not null then 'overlaps'
        else ''
    end as conflict
from held as h
inner join contradicting as c on c.request_id = h.request_id
left join overlapping as o on o.paper = h.paper and o.row = h.row
