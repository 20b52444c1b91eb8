-- Contradictions, each queued for a person once: digests of one record that do not belong to one file, sets that
-- disagree about the category, and a content that one set lists and another calls ignorable.
with said as (
    select
        m.identity, m.role, m.standing, m.agrees,
        s.name || ' ' || m.scheme || '/' || m.country || '/' || m.model || '/' || m.code as side
    from set_match as m
    join set_edition as s on s.set_no = m.set_no
),
disagreeing as (
    select s.identity, s.side from said as s where not s.agrees
    union all
    select c.identity, 'cache ' || c.object_key as side from cache_match as c where not c.agrees
),
graded as (
    select s.identity
    from said as s
    where s.agrees and s.role = 'listed'
    group by s.identity
    having min(s.standing) <> max(s.standing)
),
both_roles as (
    select s.identity from said as s where s.agrees group by s.identity having min(s.role) <> max(s.role)
),
gathered as (
    select d.identity, 'digests-disagree' as what, d.side from disagreeing as d
    union all
    select s.identity, 'categories-disagree' as what, s.side
    from said as s
    join graded as g on g.identity = s.identity
    where s.agrees and s.role = 'listed'
    union all
    select s.identity, 'listed-and-ignorable' as what, s.side
    from said as s
    join both_roles as b on b.identity = s.identity
    where s.agrees
)
select
    g.identity,
    g.what,
    array_to_string(list_sort(list(distinct g.side) filter (where g.side is not null)), '|') as sides
from gathered as g
group by g.identity, g.what
