-- Whether the provider says that an account was taken over, and where it says so: in the record, in a report, or in both.
-- One `yes` outweighs any `no`. What a report says of an account of another service is not this account.
with said as (
    select r.account_key, 'record' as source, r.compromised from account_record as r where r.compromised is not null
    union all
    select p.account_key, 'report' as source, p.compromised
    from reported_account as p
    where p.account_key is not null and p.compromised is not null and p.third_party is not true
)
select
    s.account_key,
    bool_or(s.compromised) as compromised,
    bool_or(s.source = 'record' and s.compromised) as in_record,
    bool_or(s.source = 'report' and s.compromised) as in_report,
    bool_or(s.compromised) and bool_or(not s.compromised) as disputed
from said as s
group by s.account_key
