-- One row an entry: its content's verdict, or that it could not be read. Nothing is left out.
with named as (
    select
        e.entry, e.path, e.size, e.media, e.md5, e.sha1, e.sha256, e.pdq, e.deleted, e.problem,
        case
            when e.problem = '' then coalesce('sha256:' || e.sha256, 'sha1:' || e.sha1, 'md5:' || e.md5)
        end as identity
    from entry as e
)
select
    n.entry,
    n.path,
    n.size,
    n.media,
    n.md5,
    n.sha1,
    n.sha256,
    n.pdq,
    coalesce(g.finding_class, 'unreadable') as finding_class,
    coalesce(l.group_key, case when n.identity is not null then 'G-' || substr(sha256(n.identity), 1, 16) end, '')
        as group_key,
    coalesce(g.copies, 1) as copies,
    coalesce(l.files, g.copies, 1) as group_files,
    l.apart as alike,
    g.object_key,
    g.opened_at,
    coalesce(g.set_names, '') as set_names,
    g.category,
    g.scheme,
    coalesce(g.dissent, false) as dissent,
    coalesce(g.basis, '') as basis,
    coalesce(g.basis in ('md5', 'sha1', 'value-md5'), false) as collision_possible,
    g.distance,
    l.look_order,
    n.deleted,
    n.problem
from named as n
left join verdict as g on g.identity = n.identity
left join look as l on l.identity = n.identity
