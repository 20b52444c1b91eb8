-- What is not known about each account at the log stage, where nobody has been asked yet.
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
open as (
    select f.account_key, 'subscriber' as word from flags as f
    union all
    select f.account_key, 'person-at-the-device' as word from flags as f
    union all
    select f.account_key, 'account-record' as word from flags as f where not f.has_record
    union all
    select f.account_key, 'address-use' as word from flags as f where f.named = 0
    union all
    select f.account_key, 'client' as word from flags as f where f.said = 0
    union all
    select f.account_key, 'digests' as word from flags as f where f.without_digest > 0
    union all
    select f.account_key, 'evidence-expiry' as word from flags as f where f.evidence_expires is null
    union all
    select f.account_key, 'jurisdiction' as word from flags as f where f.jurisdiction = ''
    union all
    select f.account_key, 'object-dates' as word from flags as f where f.dates_unknown > 0
    union all
    select f.account_key, 'providers-own-flag' as word from flags as f where f.has_record and f.compromised is null
    union all
    select f.account_key, 'source-port' as word from flags as f where f.without_port > 0
    union all
    select f.account_key, 'status' as word from flags as f where f.without_status > 0
    union all
    select f.account_key, 'time-zone' as word from flags as f where f.without_zone > 0
)
select o.account_key, list_sort(list(o.word) filter (where o.word is not null)) as unknowns
from open as o
group by o.account_key
