-- Reported files that are objects of the tip's own inventories: equal in at least one digest that both state. Where
-- another digest that both state differs, one of the two is wrong, and that is said.
with paired as (
    select r.file, r.report, r.number, i.object_key, r.md5, r.sha1, r.sha256,
        i.md5 as listed_md5, i.sha1 as listed_sha1, i.sha256 as listed_sha256
    from reported_file as r
    join inventory as i on i.sha256 = r.sha256
    union
    select r.file, r.report, r.number, i.object_key, r.md5, r.sha1, r.sha256,
        i.md5 as listed_md5, i.sha1 as listed_sha1, i.sha256 as listed_sha256
    from reported_file as r
    join inventory as i on i.sha1 = r.sha1
    union
    select r.file, r.report, r.number, i.object_key, r.md5, r.sha1, r.sha256,
        i.md5 as listed_md5, i.sha1 as listed_sha1, i.sha256 as listed_sha256
    from reported_file as r
    join inventory as i on i.md5 = r.md5
),
compared as (
    select
        p.file, p.report, p.number, p.object_key,
        coalesce(p.sha256 = p.listed_sha256, false) as by_sha256,
        coalesce(p.sha1 = p.listed_sha1, false) as by_sha1,
        coalesce(p.sha256 <> p.listed_sha256, false) or coalesce(p.sha1 <> p.listed_sha1, false)
            or coalesce(p.md5 <> p.listed_md5, false) as differs
    from paired as p
)
select
    c.file,
    c.report,
    c.number,
    c.object_key,
    case when max(cast(c.by_sha256 as integer)) = 1 then 'sha256' when max(cast(c.by_sha1 as integer)) = 1 then 'sha1'
        else 'md5' end as matched_by,
    max(cast(c.differs as integer)) = 1 as contradicted
from compared as c
group by c.file, c.report, c.number, c.object_key
