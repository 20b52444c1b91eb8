-- What one earlier tip has as well: the same account at the same provider, identifiers that agree, and objects.
with touched as (
    select a.account_key, count(distinct a.object_key) as objects
    from access as a
    semi join object_before as o on o.object_key = a.object_key
    where a.relevant and a.succeeded and not a.is_head and a.action in ('view', 'download', 'upload')
        and a.account_key is not null
    group by a.account_key
),
found as (
    select n.account_key, 'account' as what, b.account_key as earlier_account, 0 as objects
    from active_now as n
    inner join active_before as b on b.account_key = n.account_key
    where $same_provider
    union all
    select g.account_key, g.what, g.earlier_account, 0 as objects
    from agreeing as g
    union all
    select t.account_key, 'objects' as what, '' as earlier_account, t.objects
    from touched as t
)
select
    f.account_key, $tip as earlier_tip, $run as earlier_run, $reference as reference, f.what, f.earlier_account,
    cast(f.objects as bigint) as objects
from found as f
