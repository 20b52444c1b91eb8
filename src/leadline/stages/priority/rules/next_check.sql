-- The one check that would move the candidate most: before all, whether the holder is a victim; then what may clear the holder or name somebody else, then what
-- opens a closed way to a subscriber, then the subscriber's name itself; once somebody is named, a child at immediate
-- risk, then the second source, then the other checks in the field's order, then a device. Signs of a takeover and an
-- automated client come first only while nobody is named: they leave the certainty at weak, the answer to them comes back
-- on no form, and so they must not hold back for good what would move the account.
select
    n.account_key,
    case
        when d.reported_as_victim = 'yes'
            then 'Read the report, and ask the victim-identification unit before anything else is done: the account is named '
                || 'as a victim''s.'
        when d.provider_says_compromised = 'yes' then n.s1
        when n.s0 <> '' and (
            e.state = 'no-source' or d.crawler = 'yes' or c.personal = 0 or c.portless = c.personal
        ) then n.s0
        when c.personal = 0 then n.s1
        when n.urgent_ask <> '' then n.urgent_ask
        when n.holder_ask <> '' then n.holder_ask
        when n.source_ask <> '' then n.source_ask
        when n.s0 <> '' then n.s0
        when n.following_ask <> '' then n.following_ask
        when not c.has_record then n.s1
        when n.s3 <> '' then n.s3
        when e.state = 'no-source' then 'Find the record holder of the addresses: load an address table that names holders.'
        when n.s1 <> '' then n.s1
        else 'Nothing more that Leadline knows of: read the case.'
    end as next_check
from stage_next as n
inner join doubt_state as d on d.account_key = n.account_key
inner join circumstance as c on c.account_key = n.account_key
inner join enforcement as e on e.account_key = n.account_key
