-- The listed objects that the accounts opened, once for each order.
select distinct
    r.place,
    o.object_key,
    o.size,
    o.md5,
    o.sha1,
    o.sha256,
    o.category,
    o.category_scheme
from referred as r
inner join presence as p on p.account_key = r.account_key
inner join object as o on o.object_key = p.object_key
where p.opened and o.listed
