-- The points of each factor, a family of factors held to its cap: in the order of their names each takes what the
-- ones before it left, so that the points of all reasons and the start are the score, exactly.
with given as (
    select p.account_key, p.factor, p.family, p.points, p.reason
    from point as p
    union all
    select l.account_key, l.factor, '' as family, l.points, l.reason
    from later_point as l
),
running as (
    select
        p.account_key, p.factor, p.family, p.points, p.reason,
        cast(coalesce(sum(p.points) over (
            partition by p.account_key, p.family order by p.factor
            rows between unbounded preceding and 1 preceding
        ), 0) as bigint) as taken
    from given as p
    where p.points > 0
),
held as (
    select
        r.account_key, r.factor, r.points as full_points, r.reason, c.family, c.points as cap,
        case
            when c.points is null then r.points
            else least(r.points, greatest(c.points - r.taken, 0))
        end as points
    from running as r
    left join cap as c on c.family = r.family
)
select
    h.account_key, h.factor, h.points,
    case
        when h.points = h.full_points then h.reason
        else h.reason || ' (' || cast(h.full_points as varchar) || ' points held to '
            || cast(h.points as varchar) || ': the family ' || h.family || ' gives at most '
            || cast(h.cap as varchar) || ')'
    end as reason
from held as h
