-- What each edition in force says of each address that was seen, whatever it did there; an address that none
-- lists has one row without a table.
with seen as (
    select p.number, p.spot, a.period, a.accesses, a.first_access, a.last_access
    from address_seen as a
    join spot as p on p.address = a.address
),
told as (
    select
        s.number, s.spot, d.edition, case when d.newer then 1 else 0 end as newer,
        s.accesses, s.first_access, s.last_access
    from seen as s
    left join said as d on d.spot = s.spot and d.period = s.period
),
gathered as (
    select
        t.number, t.edition,
        min(t.spot) as spot,
        cast(sum(t.accesses) as bigint) as accesses,
        min(t.first_access) as first_access,
        max(t.last_access) as last_access,
        max(t.newer) as newer
    from told as t
    group by t.number, t.edition
),
contested as (
    select s.number, c.edition, list_sort(list(distinct c.other) filter (where c.other is not null)) as disagreeing
    from seen as s
    join contradicted as c on c.spot = s.spot and c.period = s.period
    group by s.number, c.edition
),
crowded as (
    select distinct s.address from sighting as s where s.accounts_here >= $shared_address_accounts
),
described as (
    select
        n.address, i.remote_ip, g.accesses, g.first_access, g.last_access, g.newer,
        coalesce(f.kind, case when u.spot is not null then 'special' else 'unknown' end) as kind,
        coalesce(f.country, '') as country,
        coalesce(f.holder, '') as holder,
        f.asn,
        coalesce(e.table_name, '') as table_name,
        e.table_date,
        coalesce(c.disagreeing, cast([] as varchar[])) as disagreeing,
        c.number is not null as contested,
        w.address is not null as crowded
    from gathered as g
    join spot as n on n.number = g.number
    join sought as i on i.address = n.address
    left join found as f on f.spot = g.spot and f.edition = g.edition
    left join edition as e on e.edition = g.edition
    left join unlisted as u on u.spot = g.spot
    left join contested as c on c.number = g.number and c.edition = g.edition
    left join crowded as w on w.address = n.address
)
select
    d.address, d.remote_ip, d.kind, d.country, d.holder, d.asn, d.table_name, d.table_date, d.disagreeing,
    d.accesses, d.first_access, d.last_access,
    words_of(
        case d.kind
            when 'crawler' then '|crawler' when 'hosting' then '|hosting' when 'mobile' then '|mobile-shared'
            when 'relay' then '|relay' else ''
        end
        || case when d.crowded then '|shared-address' else '' end
        || case when d.kind = 'special' then '|special-address' else '' end
        || case when d.newer = 1 then '|table-newer-than-access' else '' end
        || case when days_between(d.table_date, day_of(d.last_access)) > $table_old_days then '|table-old' else '' end
        || case when d.contested then '|tables-disagree' else '' end
        || case d.kind when 'tor' then '|tor' when 'vpn' then '|vpn' else '' end
    ) as caveats
from described as d
