-- One verdict a content from all sets that list it: the gravest category, every set by name, and whether they
-- dissent. A record whose digests disagree with the file's is no hit; it stands among the conflicts.
with agreed as (
    select
        m.identity, m.role, m.standing, m.scheme, m.code, m.basis, m.set_no, m.item, s.name,
        row_number() over (partition by m.identity order by m.standing, m.set_no, m.item) as place
    from set_match as m
    join set_edition as s on s.set_no = m.set_no
    where m.agrees
),
gathered as (
    select
        a.identity,
        max(case when a.role = 'listed' then 1 else 0 end) as listed,
        min(a.standing) as standing,
        max(a.standing) as mildest,
        max(case a.basis when 'sha256' then 4 when 'sha1' then 3 when 'md5' then 2 else 1 end) as strength,
        array_to_string(list_sort(list(distinct a.name) filter (where a.name is not null)), '|') as set_names
    from agreed as a
    group by a.identity
)
select
    g.identity,
    g.listed,
    g.standing,
    g.set_names,
    g.standing <> g.mildest as dissent,
    case g.strength when 4 then 'sha256' when 3 then 'sha1' when 2 then 'md5' else 'value-md5' end as basis,
    nullif(a.code, '') as category,
    nullif(a.scheme, '') as scheme
from gathered as g
join agreed as a on a.identity = g.identity and a.place = 1
