-- Words of display names that few accounts have: only those can tell holders apart.
with here as (
    select w.account_key, w.word, count(*) over (partition by w.word) as holders
    from name_word as w
    semi join activity as a on a.account_key = w.account_key
)
select h.account_key, h.word
from here as h
where h.holders <= $most_word_holders and length(h.word) >= 3
