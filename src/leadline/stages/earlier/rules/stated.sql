-- Identifiers as the provider's records state them, of accounts with a relevant access alone, each with a rough key.
-- The rough key only finds pairs that may agree; whether they do is decided on the identifiers themselves.
with listed as (
    select r.account_key, 'email' as what, coalesce(r.email, '') as stated, '' as region
    from account_record as r
    semi join activity as a on a.account_key = r.account_key
    union all
    select r.account_key, 'phone' as what, coalesce(r.phone, '') as stated, coalesce(r.declared_country, '') as region
    from account_record as r
    semi join activity as a on a.account_key = r.account_key
    union all
    select r.account_key, 'device' as what, coalesce(r.device_id, '') as stated, '' as region
    from account_record as r
    semi join activity as a on a.account_key = r.account_key
),
keyed as (
    select
        l.account_key, l.what, l.stated, l.region,
        case
            when l.what = 'email' then rough_mailbox(l.stated)
            when l.what = 'phone' then last_digits(l.stated, 7)
            else ascii_lower(l.stated)
        end as rough
    from listed as l
    where l.stated <> ''
)
select k.account_key, k.what, k.stated, k.region, k.rough
from keyed as k
where k.rough <> ''
