-- Answers that cannot both hold: two different ones to one request, or two subscribers of one holder at one address
-- while both are said to have had it. Behind a gateway or in a mobile network two ports are two subscribers. An answer
-- that another one to its request contradicts is not compared once more: thousands of them cost no more than their number.
with overlapping as (
    select distinct a.paper, a.row
    from answer_held as a
    inner join answer_held as b
        on b.address = a.address and b.holder = a.holder and b.subscriber_key <> a.subscriber_key
    where a.answers = 1 and a.answer = 'subscriber' and b.answer = 'subscriber'
        and (b.valid_to is null or a.valid_from < b.valid_to)
        and (a.valid_to is null or b.valid_from < a.valid_to)
        and (a.kind = 'access' or a.port is null or b.port is null or a.port = b.port)
)
select
    h.paper, h.row,
    case
        when h.answers > 1 then 'contradicts'
        when o.row is not null then 'overlaps'
        else ''
    end as conflict
from answer_held as h
left join overlapping as o on o.paper = h.paper and o.row = h.row
