-- Everything that the checks ask about, one row an account. Kinds of addresses: one names a line, a phone or a
-- carrier's gateway; one only hides (anonymisers, hosting); one says nothing.
with addresses as (
    select
        s.account_key,
        cast(sum(s.accesses) as bigint) as accesses,
        cast(sum(case when s.kind = 'access' and s.carries then s.accesses else 0 end) as bigint) as at_lines,
        cast(sum(case when s.kind in ('access', 'mobile', 'cgnat') then s.accesses else 0 end) as bigint) as named,
        cast(sum(case when s.kind in ('vpn', 'tor', 'relay', 'hosting') then s.accesses else 0 end) as bigint)
            as hidden,
        cast(sum(case when s.kind = 'unknown' then s.accesses else 0 end) as bigint) as unsaid,
        cast(sum(case when s.kind = 'crawler' then s.accesses else 0 end) as bigint) as crawling,
        cast(sum(case when s.kind = 'cgnat' then s.accesses else 0 end) as bigint) as at_gateways,
        cast(sum(case when s.kind = 'cgnat' then s.without_port else 0 end) as bigint) as portless,
        cast(sum(case
            when s.kind in ('access', 'mobile', 'cgnat', 'unknown') and s.accounts_here >= $shared_address_accounts
                then s.accesses
            else 0
        end) as bigint) as shared
    from sighting as s
    group by s.account_key
),
clients as (
    select
        c.account_key,
        cast(sum(c.accesses) as bigint) as said,
        cast(sum(case when c.automated then c.accesses else 0 end) as bigint) as automated
    from client as c
    group by c.account_key
)
select
    a.account_key, a.accesses, a.objects_opened, a.objects_downloaded, a.objects_added, a.objects_shared,
    a.attempts, a.listings, a.without_status,
    (micros(a.last_access) - micros(a.first_access)) // 1000000 as seconds,
    coalesce(s.at_lines, 0) as at_lines,
    coalesce(s.named, 0) as named,
    coalesce(s.hidden, 0) as hidden,
    coalesce(s.unsaid, 0) as unsaid,
    coalesce(s.crawling, 0) as crawling,
    coalesce(s.named, 0) + coalesce(s.unsaid, 0) as personal,
    coalesce(s.at_gateways, 0) as at_gateways,
    coalesce(s.portless, 0) as portless,
    coalesce(s.shared, 0) as shared,
    coalesce(c.said, 0) as said,
    coalesce(c.automated, 0) as automated,
    p.account_key is not null as paced,
    coalesce(p.objects_in_a_second, 0) as objects_in_a_second,
    coalesce(p.hours_in_a_day, 0) as hours_in_a_day,
    t.from_country, t.to_country, cast(day_of(t.first_at) as varchar) as takeover_day,
    r.account_key is not null as has_record,
    f.compromised,
    coalesce(f.in_record, false) as flagged_in_record,
    coalesce(f.in_report, false) as flagged_in_report,
    coalesce(f.disputed, false) as flag_disputed,
    v.account_key is not null as reported,
    coalesce(v.victim, false) as reported_victim
from activity as a
left join addresses as s on s.account_key = a.account_key
left join clients as c on c.account_key = a.account_key
left join pace as p on p.account_key = a.account_key
left join takeover as t on t.account_key = a.account_key
left join account_record as r on r.account_key = a.account_key
left join flagged as f on f.account_key = a.account_key
left join reported as v on v.account_key = a.account_key
