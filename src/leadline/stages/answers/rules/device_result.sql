-- What examinations of devices counted for each account.
select
    m.account_key, m.examination, m.paper, m.examined_at, m.files, m.cache_opened, m.cache, m.known, m.near, m.unknown,
    m.ignorable, m.unreadable, m.unknown_groups
from result_met as m
where m.reason = ''
