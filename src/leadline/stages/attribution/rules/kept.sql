-- Behind which sightings a record holder can name a subscriber, and until when its records are there. The last
-- access counts, because one record is enough; where the country or its rule is unknown there is no date.
select
    s.account_key, s.address, s.remote_ip, s.period, s.kind, s.country, s.asn, s.accesses, s.without_port,
    s.first_access, s.last_access, s.carries,
    s.holder <> '' as named,
    case
        when s.holder <> '' then s.holder
        when s.country <> '' then 'record holder unknown (' || s.country || ')'
        else ''
    end as holder,
    plus_days(day_of(s.last_access), r.days) as expires
from sighting as s
left join retained as r on r.country = s.country and r.day = day_of(s.last_access)
where s.kind in ('access', 'mobile', 'cgnat', 'unknown') and (s.holder <> '' or s.country <> '')
