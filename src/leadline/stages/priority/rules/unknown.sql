-- What is not known about each account, all stages together.
select u.account_key, list_sort(list(u.word) filter (where u.word is not null)) as unknowns
from unknown_word as u
group by u.account_key
