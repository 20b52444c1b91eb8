-- Where each address lies between the edges of all tables. Between two neighbouring edges no table says two
-- things, so what follows asks the tables once a spot and not once an address. A running maximum over edges
-- and addresses in one order finds the edge below each address without a join on ranges.
with edges as (
    select n.first as edge from network as n
    union
    select n.after from network as n
    union
    select s.first from special_range as s
    union
    select s.after from special_range as s
),
ordered as (
    select e.edge as place, e.edge, '' as remote_ip, false as asked from edges as e
    union all
    select s.address, null, s.remote_ip, true from sought as s
),
below as (
    select
        o.place, o.asked, o.remote_ip,
        max(o.edge) over (order by o.place) as edge,
        row_number() over (order by o.place, o.asked) as number
    from ordered as o
)
select b.number, b.place as address, b.remote_ip, b.edge as spot from below as b where b.asked
