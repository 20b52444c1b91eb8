-- What the tables say of the addresses from which accounts were opened: in that period, or, where nobody says when, in
-- any. No table lists some; they are `special` where they stand in special space, else `unknown`.
with told as (
    select
        g.account_key, g.address, g.remote_ip,
        case when u.spot is not null then 'special' else coalesce(h.kind, 'unknown') end as kind
    from signup as g
    join spot as p on p.address = g.address
    left join heard as h on h.spot = p.spot and (h.period = g.period or g.period is null)
    left join unlisted as u on u.spot = p.spot
)
select
    t.account_key, t.address, min(t.remote_ip) as remote_ip,
    list_sort(list(distinct t.kind) filter (where t.kind is not null)) as kinds
from told as t
group by t.account_key, t.address
