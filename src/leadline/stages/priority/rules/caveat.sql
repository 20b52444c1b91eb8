-- The caveats that follow from conduct, the record and the checks; attribution brings its own.
with flags as (
    select
        a.account_key, d.crawler, d.automated_client, d.signs_of_compromise, d.provider_says_compromised,
        d.shared_address, c.has_record, a.without_zone, a.without_status, a.accesses, a.attempts, a.listings,
        a.opened_before_added, a.opened_after_removed
    from activity as a
    inner join doubt_state as d on d.account_key = a.account_key
    inner join circumstance as c on c.account_key = a.account_key
),
raised as (
    select f.account_key, 'no-zone' as caveat from flags as f where f.without_zone > 0
    union all
    select f.account_key, 'no-status' as caveat from flags as f where f.without_status > 0
    union all
    select f.account_key, 'single-access' as caveat from flags as f where f.accesses = 1
    union all
    select f.account_key, 'attempts-only' as caveat from flags as f where f.attempts = f.accesses
    union all
    select f.account_key, 'listing-only' as caveat from flags as f where f.listings = f.accesses
    union all
    select f.account_key, 'before-added' as caveat from flags as f where f.opened_before_added > 0
    union all
    select f.account_key, 'after-removed' as caveat from flags as f where f.opened_after_removed > 0
    union all
    select f.account_key, 'shared-address' as caveat from flags as f where f.shared_address = 'yes'
    union all
    select f.account_key, 'automated-client' as caveat from flags as f where f.automated_client = 'yes'
    union all
    select f.account_key, 'crawler' as caveat from flags as f where f.crawler = 'yes'
    union all
    select f.account_key, 'signs-of-compromise' as caveat from flags as f where f.signs_of_compromise = 'yes'
    union all
    select f.account_key, 'provider-says-compromised' as caveat
    from flags as f
    where f.provider_says_compromised = 'yes'
    union all
    select f.account_key, 'no-account-record' as caveat from flags as f where not f.has_record
)
select r.account_key, list_sort(list(r.caveat) filter (where r.caveat is not null)) as caveats
from raised as r
group by r.account_key
