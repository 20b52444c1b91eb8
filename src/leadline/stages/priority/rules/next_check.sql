-- The one check that would move the candidate most: first what may clear the holder or name somebody else, then
-- what opens a closed way to a subscriber, then the subscriber's name itself.
with holders as (
    select
        h.account_key, h.holder, h.evidence_expires,
        row_number() over (partition by h.account_key order by h.accesses desc, h.holder) as place
    from holder as h
    where h.holder <> ''
)
select
    d.account_key,
    case
        when d.provider_says_compromised = 'yes'
            then 'Ask ' || $provider || ' why it marks the account as compromised, and from which moment on.'
        when d.crawler = 'yes'
            then 'Ask who runs the crawler at these addresses whether the account is theirs.'
        when d.signs_of_compromise = 'yes'
            then 'Ask ' || $provider || ' for sign-ins and changes of password around ' || c.takeover_day || '.'
        when d.automated_client = 'yes'
            then 'Ask ' || $provider || ' which program made these accesses, and on whose behalf.'
        when c.personal > 0 and c.portless = c.personal
            then 'Ask ' || $provider || ' for the source ports of ' || cast(c.portless as varchar)
                || ' accesses through a carrier''s gateway.'
        when c.personal = 0 and not c.has_record
            then 'Ask ' || $provider || ' for the record of the account: sign-up address, payment, recovery details.'
        when c.personal = 0
            then 'Ask ' || $provider || ' for sign-ins outside the cache, with address, port and time.'
        when h.holder is not null
            then 'Ask ' || h.holder || ' which subscriber had the address at these moments, '
                || case
                    when h.evidence_expires is null then 'at once: nobody knows how long it keeps that.'
                    else 'before ' || cast(h.evidence_expires as varchar) || '.'
                end
        when not c.has_record
            then 'Ask ' || $provider || ' for the record of the account.'
        else 'Find the record holder of the addresses: load an address table that names holders.'
    end as next_check
from doubt_state as d
inner join circumstance as c on c.account_key = d.account_key
left join holders as h on h.account_key = d.account_key and h.place = 1
