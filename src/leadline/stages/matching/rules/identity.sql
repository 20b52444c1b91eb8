-- One row a content. The strongest digest names it, because copies must meet whatever their names and places are.
with named as (
    select
        e.entry, e.media, e.md5, e.sha1, e.sha256, e.pdq, e.pdq_quality, e.size,
        coalesce('sha256:' || e.sha256, 'sha1:' || e.sha1, 'md5:' || e.md5) as identity
    from entry as e
    where e.problem = ''
)
select
    n.identity,
    max(n.media) as media,
    max(n.md5) as md5,
    max(n.sha1) as sha1,
    max(n.sha256) as sha256,
    max(n.pdq) as pdq,
    max(n.pdq_quality) as pdq_quality,
    max(n.size) as size,
    count(*) as copies,
    min(n.entry) as first_entry
from named as n
where n.identity is not null
group by n.identity
