-- Whether it can be said who created the cache, and what that rests on: one row, for the one row of measures.
with told as (
    select
        m.listed,
        list_sort(list({'place': r.place, 'word': r.word, 'sentence': r.sentence})) as reasons
    from origin_measure as m
    cross join origin_reason as r
    group by m.listed
)
select
    case when t.listed is null then 'answered' else 'abstained' end as state,
    said_of(t.reasons) as grounds,
    m.listed as listed_objects, m.undated, m.adder_known, m.first_known, m.first_objects, m.first_adder_known, m.log_begins,
    m.first_access
from origin_measure as m
left join told as t on t.listed = m.listed
