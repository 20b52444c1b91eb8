-- The candidates of each role in order: how sure, then how much, then who came earlier.
with ordered as (
    select
        g.role, g.account_key, g.sure, p.first_objects, p.objects_added, p.by_inventory, p.by_upload, p.by_both,
        p.new_objects, p.unlisted, p.bytes_added, p.before_listed, p.first_added, p.last_added, p.first_access,
        row_number() over (
            partition by g.role
            order by
                case when g.role = 'grower' then 0 when g.sure = 'firm' then 0 when g.sure = 'fair' then 1 else 2 end,
                g.weight desc, g.weight_after desc,
                p.first_access is null, p.first_access, g.account_key
        ) as rank
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
)
select
    o.role, o.rank, o.account_key, o.sure, o.first_objects, o.objects_added, o.by_inventory, o.by_upload, o.by_both,
    o.new_objects, o.unlisted, o.bytes_added, o.before_listed, o.first_added, o.last_added, o.first_access,
    said_of(e.evidence) as statements
from ordered as o
inner join origin_evidence as e on e.role = o.role and e.account_key = o.account_key
