-- The record holders behind accesses of each account. A holder at work in several countries stands once, with
-- the country of most accesses, one that is known first; its records may be gone on the earliest date of those that count.
with by_country as (
    select
        k.account_key, k.holder, k.country,
        cast(sum(k.accesses) as bigint) as accesses,
        min(k.first_access) as first_access,
        max(k.last_access) as last_access,
        max(k.expires) as expires
    from kept as k
    where k.named
    group by k.account_key, k.holder, k.country
),
ranked as (
    select
        b.account_key, b.holder, b.country, b.accesses, b.first_access, b.last_access, b.expires,
        row_number() over (partition by b.account_key, b.holder order by (case when b.country = '' then 1 else 0 end), b.accesses desc, b.country) as place
    from by_country as b
)
select
    r.account_key, r.holder,
    max(case when r.place = 1 then r.country else '' end) as country,
    cast(sum(r.accesses) as bigint) as accesses,
    min(r.first_access) as first_access,
    max(r.last_access) as last_access,
    case when count(*) = count(r.expires) then min(r.expires) end as evidence_expires
from ranked as r
group by r.account_key, r.holder
