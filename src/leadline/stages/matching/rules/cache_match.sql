-- Contents that are objects of the cache. Each digest is looked up by itself, because sources carry different
-- ones; where both sides have a digest and it differs, the two are not the same file, and a person is told.
with wanted as (
    select i.identity, i.md5, i.sha1, i.sha256
    from identity as i
    where coalesce(i.size, 1) > 0
),
hit as (
    select w.identity, c.object_key, c.md5, c.sha1, c.sha256, c.opened_at, 3 as strength
    from wanted as w
    join cache_object as c on c.sha256 = w.sha256
    union all
    select w.identity, c.object_key, c.md5, c.sha1, c.sha256, c.opened_at, 2 as strength
    from wanted as w
    join cache_object as c on c.sha1 = w.sha1
    union all
    select w.identity, c.object_key, c.md5, c.sha1, c.sha256, c.opened_at, 1 as strength
    from wanted as w
    join cache_object as c on c.md5 = w.md5
),
judged as (
    select
        h.identity, h.object_key, h.opened_at, h.strength,
        case
            when coalesce(h.md5 = w.md5, true) and coalesce(h.sha1 = w.sha1, true) and coalesce(h.sha256 = w.sha256, true)
                then 1
            else 0
        end as agreeing
    from hit as h
    join wanted as w on w.identity = h.identity
),
best as (
    select j.identity, j.object_key, j.agreeing, max(j.strength) as strength, min(j.opened_at) as opened_at
    from judged as j
    group by j.identity, j.object_key, j.agreeing
),
placed as (
    select b.*, row_number() over (partition by b.identity, b.object_key order by b.agreeing desc, b.object_key) as place
    from best as b
)
select
    p.identity,
    p.object_key,
    p.opened_at,
    case p.strength when 3 then 'sha256' when 2 then 'sha1' else 'md5' end as basis,
    p.agreeing = 1 as agrees
from placed as p
where p.place = 1
