-- Every reason why nobody can say who created the cache. One is enough. Logs are taken to reach back to the first
-- minute of the day on which they begin, because logs are cut by days and inventories often state a day alone.
select 1 as place, 'no-inventory' as word, 'no inventory lists a single object' as sentence
from origin_measure as m
where m.listed = 0
union all
select 2 as place, 'no-logs' as word, 'no access log has a readable line' as sentence
from origin_measure as m
where m.log_begins is null
union all
select
    3 as place, 'dates-unknown' as word,
    'of ' || cast(m.undated as varchar) || ' of the ' || cast(m.listed as varchar)
    || ' objects it is not known when they were added; any of them may have been the first' as sentence
from origin_measure as m
where m.undated * 1000 > m.listed * $most_undated
union all
select
    4 as place, 'logs-begin-too-late' as word,
    'the first object was added before the first day of the logs' as sentence
from origin_measure as m
where m.first_known is not null and m.log_begins is not null and day_of(m.first_known) < day_of(m.log_begins)
union all
select
    5 as place, 'full-at-first-access' as word,
    cast(m.stood_for as varchar) || ' accounts opened ' || cast(m.stood as varchar)
    || ' objects before the first known date: the cache stood already' as sentence
from origin_measure as m
where m.stood >= least($stood_objects, m.listed) and m.stood > 0 and m.stood_for >= 2
union all
select
    6 as place, 'one-date-for-many' as word,
    cast(m.at_one_instant as varchar) || ' of the ' || cast(m.first_objects as varchar)
    || ' first objects bear one and the same instant, as a move or an import leaves it' as sentence
from origin_measure as m
where m.at_one_instant >= $one_instant and m.at_one_instant * 1000 > m.first_objects * $one_instant_share
union all
select
    7 as place, 'adder-unknown' as word,
    'only of ' || cast(m.first_adder_known as varchar) || ' of the ' || cast(m.first_objects as varchar)
    || ' first objects it is known who added them' as sentence
from origin_measure as m
where m.first_adder_known * 1000 < m.first_objects * $least_named
union all
select
    8 as place, 'sources-disagree' as word,
    'of ' || cast(m.first_disagreed as varchar) || ' of the ' || cast(m.first_objects as varchar)
    || ' first objects the sources disagree who added them, or on which day' as sentence
from origin_measure as m
where m.first_disagreed * 1000 > m.first_objects * $most_disagreed
