-- All addresses and the edges of all tables in one order, each with the number of edges up to it: the spot.
-- Between two neighbouring edges no table says two things, so what follows asks the tables once a spot and not
-- once an address; and a running count finds the spot of each address without a join on ranges.
with edges as (
    select n.first as edge from network as n
    union
    select n.after from network as n
    union
    select s.first from special_range as s
    union
    select s.after from special_range as s
),
together as (
    select e.edge as place, false as asked from edges as e
    union all
    select s.address, true from sought as s
)
select
    t.place, t.asked,
    cast(sum(case when t.asked then 0 else 1 end) over (order by t.place, t.asked) as bigint) as spot,
    row_number() over (order by t.place, t.asked) as number
from together as t
