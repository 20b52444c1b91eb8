-- Contents in the order in which a person is served, before those that look alike are put together. What there is
-- nothing to look at gets no place: the less is looked at, the less a person must see.
with ranked as (
    select
        v.*,
        case v.finding_class
            when 'cache-opened' then 1 when 'cache' then 2 when 'known' then 3 when 'near' then 4 else 5
        end as class_rank,
        case when v.media = '' and v.pdq is null then 1 else 0 end as no_picture
    from verdict as v
    where v.finding_class <> 'ignorable'
)
select
    r.identity,
    r.finding_class,
    r.class_rank,
    r.standing,
    coalesce(r.distance, 0) as distance,
    r.no_picture,
    case when coalesce(r.pdq_quality, 100) >= cast($least_quality as bigint) then r.pdq end as pdq,
    r.copies,
    row_number() over (
        order by r.class_rank, r.standing, coalesce(r.distance, 0), r.no_picture, r.copies desc, r.identity
    ) as place
from ranked as r
