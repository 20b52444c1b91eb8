-- The countries that carry accesses of each account, the largest share first; shares in thousandths, half up.
with summed as (
    select
        w.account_key, w.code, w.weight, w.accesses, w.disputed, w.first_access, w.last_access,
        cast(sum(w.weight) over (partition by w.account_key) as bigint) as total
    from weighed as w
    where w.weight > 0
)
select
    s.account_key,
    row_number() over (partition by s.account_key order by s.weight desc, s.code) as place,
    s.code,
    (2000 * s.weight + s.total) // (2 * s.total) as share,
    s.accesses, s.disputed, s.first_access, s.last_access
from summed as s
