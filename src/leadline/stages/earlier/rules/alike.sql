-- Identifiers of this tip and of the earlier one whose rough keys are equal. A key that more accounts of one side have
-- than `most_holders` is nobody's own and finds nothing.
with crowded as (
    select s.what, s.rough
    from stated_now as s
    group by s.what, s.rough
    having count(*) > $most_holders
    union
    select s.what, s.rough
    from stated_before as s
    group by s.what, s.rough
    having count(*) > $most_holders
)
select
    n.account_key, n.what, n.stated, n.region, b.account_key as earlier_account, b.stated as stated_before,
    b.region as region_before
from stated_now as n
inner join stated_before as b on b.what = n.what and b.rough = n.rough
anti join crowded as c on c.what = n.what and c.rough = n.rough
