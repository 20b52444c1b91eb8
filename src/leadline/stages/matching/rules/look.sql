-- Which content to look at first, one look for all its copies. What there is nothing to look at gets no place:
-- the less is looked at, the less a person must see.
with ranked as (
    select
        g.*,
        case g.finding_class
            when 'cache-opened' then 1 when 'cache' then 2 when 'known' then 3 when 'near' then 4 else 5
        end as class_rank
    from group_verdict as g
    where g.finding_class not in ('ignorable', 'unreadable')
)
select
    r.identity,
    r.group_key,
    r.finding_class,
    r.copies as files,
    row_number() over (
        order by
            r.class_rank, r.standing, coalesce(r.distance, 0), case when r.pdq is null then 1 else 0 end,
            r.copies desc, r.identity
    ) as look_order
from ranked as r
