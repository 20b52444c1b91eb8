-- When evidence of each account begins to be lost: the earliest of its holders' dates, and no date where one of
-- them is unknown. Holders that no table names count by country.
with by_holder as (
    select k.account_key, k.holder, k.country, max(k.expires) as expires
    from kept as k
    where k.carries
    group by k.account_key, k.holder, k.country
)
select
    b.account_key,
    case when count(*) = count(b.expires) then min(b.expires) end as evidence_expires
from by_holder as b
group by b.account_key
