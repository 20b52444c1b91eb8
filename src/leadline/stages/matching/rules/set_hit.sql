-- Contents that stand in one edition of a hash set, one row a record of it. Where both sides have a digest and it
-- differs, they are not the same file. Of a feed, records that a newer edition names again or removes do not hold.
with hit as (
    select
        d.first_entry, d.item, d.category, d.has_md5, d.has_sha1, d.has_sha256,
        max(case when d.algorithm = 1 then 1 else 0 end) as by_md5,
        max(case when d.algorithm = 2 then 1 else 0 end) as by_sha1,
        max(case when d.algorithm = 3 then 1 else 0 end) as by_sha256
    from set_touch as d
    group by d.first_entry, d.item, d.category, d.has_md5, d.has_sha1, d.has_sha256
),
replaced as (
    select r.item
    from set_record as r
    semi join later_record as l on l.record = r.record
)
select
    i.identity,
    cast($set_no as bigint) as set_no,
    h.item,
    case
        when h.by_sha256 = 1 then 'sha256'
        when h.by_sha1 = 1 then 'sha1'
        when h.by_md5 = 1 then 'md5'
        else 'value-md5'
    end as basis,
    not (
        (i.sha256 is not null and h.has_sha256 and h.by_sha256 = 0)
        or (i.sha1 is not null and h.has_sha1 and h.by_sha1 = 0)
        or (i.md5 is not null and h.has_md5 and h.by_md5 = 0)
    ) as agrees,
    cast($role as varchar) as role,
    c.standing,
    c.scheme,
    c.country,
    c.model,
    c.code,
    cast($honey as boolean) as honey
from hit as h
join identity as i on i.first_entry = h.first_entry
join set_category as c on c.category = h.category
left join replaced as x on x.item = h.item
where x.item is null
