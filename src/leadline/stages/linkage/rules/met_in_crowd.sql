-- Compared pairs that met at an address which many share.
with crowded as (
    select distinct s.account_key, s.address
    from sighting as s
    semi join crowd as c on c.address = s.address
)
select distinct p.account_a, p.account_b
from pair as p
inner join crowded as a on a.account_key = p.account_a
inner join crowded as b on b.account_key = p.account_b and b.address = a.address
