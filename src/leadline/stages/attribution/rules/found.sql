-- What each edition says of each spot that was asked for; a spot that an edition does not list has no row.
with ranges as (
    select e.edition, n.first, n.last, n.country, n.asn, n.holder, n.kind
    from network as n
    join edition as e on e.table_name = n.table_name and e.table_date = n.table_date
),
together as (
    select r.edition, r.first as place, r.first as beginning, cast(null as bigint) as spot from ranges as r
    union all
    select e.edition, s.edge, null, s.spot from span as s cross join edition as e
),
below as (
    select t.edition, t.place, t.spot, max(t.beginning) over (partition by t.edition order by t.place) as beginning
    from together as t
)
select b.spot, b.edition, r.country, r.asn, r.holder, r.kind
from below as b
join ranges as r on r.edition = b.edition and r.first = b.beginning
where b.spot is not null and b.place <= r.last
