-- Compared pairs whose display names share a rare word.
select distinct p.account_a, p.account_b
from pair as p
inner join rare_word as a on a.account_key = p.account_a
inner join rare_word as b on b.account_key = p.account_b and b.word = a.word
