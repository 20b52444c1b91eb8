-- Which group to look at first: one look for all copies of a content and, next to it, those of its class that look
-- alike. A group takes the place of its leader, and the larger of two groups goes first.
with grouped as (
    select s.*, coalesce(a.leader, s.identity) as leader, coalesce(a.distance, 0) as apart
    from served as s
    left join alike as a on a.identity = s.identity
),
led as (
    select g.leader, cast(sum(g.copies) as bigint) as files, count(*) as contents
    from grouped as g
    group by g.leader
),
placed as (
    select
        l.leader, l.files, l.contents,
        row_number() over (
            order by s.class_rank, s.standing, s.distance, s.no_picture, l.files desc, l.leader
        ) as look_order
    from led as l
    join served as s on s.identity = l.leader
)
select
    g.identity,
    g.leader,
    'G-' || substr(sha256(g.leader), 1, 16) as group_key,
    g.finding_class,
    g.apart,
    p.files,
    p.contents,
    p.look_order
from grouped as g
join placed as p on p.leader = g.leader
