-- What looking at the first groups covers, in thousandths of all files that are to be looked at.
with summed as (
    select
        l.look_order,
        l.group_key,
        l.finding_class,
        l.files,
        cast(sum(l.files) over (order by l.look_order) as bigint) as files_so_far
    from look as l
),
whole as (
    select cast(coalesce(sum(l.files), 0) as bigint) as files from look as l
)
select
    s.look_order,
    s.group_key,
    s.finding_class,
    s.files,
    s.files_so_far,
    (1000 * s.files_so_far) // w.files as share_so_far
from summed as s
cross join whole as w
