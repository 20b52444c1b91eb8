-- Every object that an inventory lists, and every one that was uploaded with success and that none lists.
with unlisted as (
    select
        u.object_key, u.account_key, u.first_at,
        row_number() over (
            partition by u.object_key order by u.first_at, u.account_key is null, u.account_key
        ) as place
    from upload as u
    anti join listed_object as o on o.object_key = u.object_key
),
together as (
    select
        o.object_key, true as listed, o.listings, o.conflicting, o.size, o.md5, o.sha1, o.sha256,
        o.category, o.category_scheme, o.added_at, o.added_by, o.added_source, o.removed_at
    from listed_object as o
    union all
    select
        u.object_key, false as listed, 0 as listings, false as conflicting, null as size,
        null as md5, null as sha1, null as sha256, null as category, null as category_scheme,
        u.first_at as added_at, u.account_key as added_by, 'upload' as added_source, null as removed_at
    from unlisted as u
    where u.place = 1
)
select
    t.object_key, t.listed, t.listings, t.conflicting, t.size, t.md5, t.sha1, t.sha256,
    t.category, t.category_scheme, t.added_at, t.added_by, t.added_source, t.removed_at,
    c.first_access, c.last_access, coalesce(c.accounts, 0) as accounts, coalesce(n.new, false) as new
from together as t
left join touched as c on c.object_key = t.object_key
left join novelty as n on n.object_key = t.object_key
