-- Whether a provider's report speaks of an account, and whether one names it as a victim's. An account of another service
-- is not this account. What only belongs to a victim (an associated account) is not named as one.
select
    p.account_key,
    bool_or(p.role = 'victim') as victim
from reported_account as p
where p.account_key is not null and p.third_party is not true
group by p.account_key
