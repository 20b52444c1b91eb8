-- One class a content, in the order in which a person is served: what the account opened, the rest of the cache,
-- what sets list, what looks alike, the unknown. Known is not known good: only a set of published software, and
-- having no content at all, make a file ignorable, and anything graver comes first.
with cache_best as (
    select
        c.identity, c.object_key, c.opened_at, c.basis,
        row_number() over (
            partition by c.identity
            order by case when c.opened_at is null then 1 else 0 end, c.opened_at, c.object_key
        ) as place
    from cache_match as c
    where c.agrees
),
near_best as (
    select
        n.identity, n.source, n.ref, n.distance,
        row_number() over (partition by n.identity order by n.distance, n.source, n.ref) as place
    from near_match as n
),
disputed as (
    select x.identity from conflict as x group by x.identity
)
select
    i.identity,
    i.copies,
    i.media,
    i.pdq,
    i.pdq_quality,
    case
        when c.opened_at is not null then 'cache-opened'
        when c.identity is not null then 'cache'
        when v.listed = 1 then 'known'
        when n.identity is not null then 'near'
        when v.identity is not null or i.size = 0 then 'ignorable'
        else 'unknown'
    end as finding_class,
    coalesce(c.object_key, case when v.listed is distinct from 1 and n.source = 'cache' then n.ref end) as object_key,
    c.opened_at,
    coalesce(v.set_names, s.name, '') as set_names,
    coalesce(v.standing, 9) as standing,
    v.category,
    v.scheme,
    d.identity is not null as dissent,
    coalesce(c.basis, v.basis, case when n.identity is not null then 'pdq' end, '') as basis,
    case when c.identity is null and coalesce(v.listed, 0) = 0 then n.distance end as distance
from identity as i
left join cache_best as c on c.identity = i.identity and c.place = 1
left join set_verdict as v on v.identity = i.identity
left join near_best as n on n.identity = i.identity and n.place = 1
left join set_edition as s on cast(s.set_no as varchar) = n.source
left join disputed as d on d.identity = i.identity
