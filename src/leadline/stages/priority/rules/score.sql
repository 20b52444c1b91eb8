-- Start and reasons make the score, exactly; reasons in the order of their points.
with placed as (
    select
        r.account_key, r.factor, r.points, r.reason,
        row_number() over (partition by r.account_key order by r.points desc, r.factor) as place
    from reason as r
),
gathered as (
    select
        p.account_key,
        cast(sum(p.points) as bigint) as points,
        list_sort(list({'place': p.place, 'factor': p.factor, 'points': p.points, 'reason': p.reason})) as parts
    from placed as p
    group by p.account_key
)
select
    a.account_key,
    cast($start as bigint) + coalesce(g.points, 0) as score,
    reasons_of(g.parts) as reasons
from activity as a
left join gathered as g on g.account_key = a.account_key
