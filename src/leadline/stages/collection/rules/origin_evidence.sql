-- What speaks for each candidate, and what against, in sentences.
with spoken as (
    select
        g.role, g.account_key, 1 as place, 'first-objects' as word,
        'added ' || cast(p.first_objects as varchar) || ' of the ' || cast(o.first_objects as varchar)
        || ' objects of the first day'
        || case when p.very_first > 0 then ', the very first among them' else '' end as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    cross join origin as o
    where p.first_objects > 0
    union all
    select
        g.role, g.account_key, 2 as place, 'added' as word,
        'added ' || cast(p.objects_added as varchar) || ' listed objects in all, ' || cast(p.new_objects as varchar)
        || ' of them new to the cache' as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.objects_added > 0
    union all
    select
        g.role, g.account_key, 3 as place, 'sources' as word,
        cast(p.by_both as varchar) || ' by the inventory and an upload in the logs, ' || cast(p.by_inventory as varchar)
        || ' by the inventory alone, ' || cast(p.by_upload as varchar) || ' by an upload alone' as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.objects_added > 0
    union all
    select
        g.role, g.account_key, 4 as place, 'disputed' as word,
        'against it: of ' || cast(p.disputed as varchar) || ' of these objects the other source names another account'
            as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.disputed > 0
    union all
    select
        g.role, g.account_key, 5 as place, 'before-listed' as word,
        'opened ' || cast(p.before_listed as varchar) || ' of the first objects before the moment at which they were added'
            as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.before_listed > 0
    union all
    select
        g.role, g.account_key, 6 as place, 'first-access' as word, 'made the first relevant access of all' as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.came_first
    union all
    select
        g.role, g.account_key, 7 as place, 'unlisted' as word,
        'uploaded ' || cast(p.unlisted as varchar) || ' objects besides that no inventory lists' as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.unlisted > 0
    union all
    select
        g.role, g.account_key, 8 as place, 'no-access' as word,
        'against it: made no relevant access in the logs; the name may be a service''s own' as sentence
    from origin_graded as g
    inner join origin_person as p on p.account_key = g.account_key
    where p.first_access is null
)
select
    s.role, s.account_key,
    list_sort(list({'place': s.place, 'word': s.word, 'sentence': s.sentence})) as evidence
from spoken as s
group by s.role, s.account_key
