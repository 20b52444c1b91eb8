-- Pairs of accounts that used one home address at about the same time, and how many accounts used it at most.
select
    a.account_key as account_a,
    b.account_key as account_b,
    min(a.crowd) as crowd
from home as a
inner join home as b on b.address = a.address and b.fortnight = a.fortnight and a.account_key < b.account_key
group by a.account_key, b.account_key
