-- What is not known about each account, by the stage that would tell it. A check that nobody has answered, or that came
-- back as unknown, is unknown.
with flags as (
    select
        a.account_key, a.without_port, a.without_status, a.without_zone, a.dates_unknown,
        c.has_record, c.said, c.named, c.compromised,
        coalesce(b.without_digest, 0) as without_digest,
        coalesce(t.jurisdiction, '') as jurisdiction,
        t.evidence_expires
    from activity as a
    inner join circumstance as c on c.account_key = a.account_key
    left join contributed as b on b.account_key = a.account_key
    left join attribution as t on t.account_key = a.account_key
),
answered as (
    select s.account_key, s.check_name, k.confirms
    from check_state as s
    inner join known_check as k on k.check_name = s.check_name
    where s.state <> 'unknown'
)
select f.account_key, 'S0' as stage, 'address-use' as word from flags as f where f.named = 0
union all
select f.account_key, 'S0' as stage, 'client' as word from flags as f where f.said = 0
union all
select f.account_key, 'S0' as stage, 'digests' as word from flags as f where f.without_digest > 0
union all
select f.account_key, 'S0' as stage, 'evidence-expiry' as word from flags as f where f.evidence_expires is null
union all
select f.account_key, 'S0' as stage, 'jurisdiction' as word from flags as f where f.jurisdiction = ''
union all
select f.account_key, 'S0' as stage, 'object-dates' as word from flags as f where f.dates_unknown > 0
union all
select f.account_key, 'S0' as stage, 'source-port' as word from flags as f where f.without_port > 0
union all
select f.account_key, 'S0' as stage, 'status' as word from flags as f where f.without_status > 0
union all
select f.account_key, 'S0' as stage, 'time-zone' as word from flags as f where f.without_zone > 0
union all
select f.account_key, 'S1' as stage, 'account-record' as word from flags as f where not f.has_record
union all
select f.account_key, 'S1' as stage, 'providers-own-flag' as word
from flags as f
where f.has_record and f.compromised is null
union all
select f.account_key, 'S1' as stage, 'earlier-tips' as word from flags as f where $earlier_tips = 0
union all
select f.account_key, 'S2' as stage, 'subscriber' as word
from flags as f
anti join named_source as n on n.account_key = f.account_key and n.kind = 'answer' and n.counts
union all
select f.account_key, 'S2' as stage, 'person-at-the-device' as word
from flags as f
anti join answered as d on d.account_key = f.account_key and d.confirms = 'person'
union all
select f.account_key, 'S2' as stage, k.check_name as word
from flags as f
cross join known_check as k
anti join answered as d on d.account_key = f.account_key and d.check_name = k.check_name
where k.confirms <> 'person'
union all
select f.account_key, 'S3' as stage, 'device' as word
from flags as f
anti join device_result as d on d.account_key = f.account_key
