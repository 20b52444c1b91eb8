-- One row a listed object. Each value comes from the first record that has it; a category keeps its scheme.
-- The inventory's date rules; an upload names who added an object only where it is what dates it.
with placed as (
    select
        i.object_key, i.size, i.md5, i.sha1, i.sha256, i.category, i.category_scheme,
        l.begins_at, l.removed_at, l.added_by, l.undated, l.silent,
        row_number() over (partition by i.object_key order by i.file, i.line) as place,
        row_number() over (
            partition by i.object_key order by i.category is null, i.file, i.line
        ) as place_of_category,
        row_number() over (
            partition by i.object_key order by l.added_by is null, l.begins_at is null, l.begins_at, i.file, i.line
        ) as place_of_adding
    from inventory as i
    inner join listing as l on l.file = i.file and l.line = i.line
),
gathered as (
    select
        p.object_key,
        count(*) as listings,
        min(p.size) < max(p.size) or min(p.md5) < max(p.md5) or min(p.sha1) < max(p.sha1)
            or min(p.sha256) < max(p.sha256) as conflicting,
        coalesce(max(case when p.place = 1 then p.size end), min(p.size)) as size,
        coalesce(max(case when p.place = 1 then p.md5 end), min(p.md5)) as md5,
        coalesce(max(case when p.place = 1 then p.sha1 end), min(p.sha1)) as sha1,
        coalesce(max(case when p.place = 1 then p.sha256 end), min(p.sha256)) as sha256,
        max(case when p.place_of_category = 1 then p.category end) as category,
        max(case when p.place_of_category = 1 then p.category_scheme end) as category_scheme,
        min(case when not p.silent then p.begins_at end) as added_at,
        max(case when p.place_of_adding = 1 then p.added_by end) as named_by,
        bool_or(p.undated) as undated,
        max(p.removed_at) as last_removed,
        bool_or(not p.silent and p.removed_at is null) as standing
    from placed as p
    group by p.object_key
),
uploaders as (
    select
        u.object_key, u.account_key,
        row_number() over (
            partition by u.object_key order by u.first_at, u.account_key is null, u.account_key
        ) as place
    from upload as u
)
select
    g.object_key, g.listings, coalesce(g.conflicting, false) as conflicting, g.size, g.md5, g.sha1, g.sha256,
    g.category, g.category_scheme, g.added_at,
    case
        when g.named_by is not null then g.named_by
        when g.undated and g.added_at is not null then u.account_key
    end as added_by,
    case when g.added_at is null then 'unknown' when g.undated then 'upload' else 'inventory' end as added_source,
    case when not g.standing then g.last_removed end as removed_at
from gathered as g
left join uploaders as u on u.object_key = g.object_key and u.place = 1
