-- Which edition of each table serves in each period: the newest that is not newer than the period; before a
-- table's first edition its oldest serves, and is then newer than the access.
with chosen as (
    select
        p.period, e.table_name,
        max(e.table_date) filter (where e.table_date <= p.begins) as newest,
        min(e.table_date) as oldest
    from period as p
    cross join edition as e
    group by p.period, e.table_name
)
select c.period, e.edition, e.table_name, e.table_date, c.newest is null as newer
from chosen as c
join edition as e on e.table_name = c.table_name and e.table_date = coalesce(c.newest, c.oldest)
