-- What each edition says of each spot that was asked for; a spot that an edition does not list has no row.
with spots as (
    select distinct s.spot from spot as s
),
ranges as (
    select e.edition, n.first, n.last, n.country, n.asn, n.holder, n.kind
    from network as n
    join edition as e on e.table_name = n.table_name and e.table_date = n.table_date
),
ordered as (
    select r.edition, r.first as place, r.first as beginning, false as asked from ranges as r
    union all
    select e.edition, s.spot, null, true from spots as s cross join edition as e
),
below as (
    select o.edition, o.place, o.asked, max(o.beginning) over (partition by o.edition order by o.place) as beginning
    from ordered as o
)
select b.place as spot, b.edition, r.country, r.asn, r.holder, r.kind
from below as b
join ranges as r on r.edition = b.edition and r.first = b.beginning
where b.asked and b.place <= r.last
