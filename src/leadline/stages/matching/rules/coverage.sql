-- What looking at the first groups covers, in thousandths of all files that are to be looked at.
with one_a_group as (
    select l.look_order, l.group_key, l.finding_class, l.contents, l.files
    from look as l
    where l.identity = l.leader
),
summed as (
    select
        o.look_order,
        o.group_key,
        o.finding_class,
        o.contents,
        o.files,
        cast(sum(o.files) over (order by o.look_order) as bigint) as files_so_far
    from one_a_group as o
),
whole as (
    select cast(coalesce(sum(o.files), 0) as bigint) as files from one_a_group as o
)
select
    s.look_order,
    s.group_key,
    s.finding_class,
    s.contents,
    s.files,
    s.files_so_far,
    (1000 * s.files_so_far) // w.files as share_so_far
from summed as s
cross join whole as w
