-- What a record holder is asked: for each account, address and period the first instant, the last, and others
-- evenly between them, $instants in all; a resolver needs the exact instant and the port. Where some accesses
-- have a port, those without are not asked for, because they can name nobody behind a carrier's NAT.
with instants as (
    select distinct
        k.account_key, k.address, k.period, a.accessed_at, a.remote_port
    from access as a
    join day as d on d.day = day_of(a.accessed_at)
    join kept as k on k.account_key = a.account_key and k.address = a.address and k.period = d.period
    where a.relevant and (a.remote_port is not null or k.without_port = k.accesses)
),
numbered as (
    select
        i.account_key, i.address, i.period, i.accessed_at, i.remote_port,
        row_number() over (partition by i.account_key, i.address, i.period order by i.accessed_at, i.remote_port) as number,
        count(*) over (partition by i.account_key, i.address, i.period) as count
    from instants as i
),
chosen as (
    select n.account_key, n.address, n.period, n.accessed_at, n.remote_port
    from numbered as n
    where n.number = 1
        or (n.number - 1) * ($instants - 1) // greatest(n.count - 1, 1)
        > (n.number - 2) * ($instants - 1) // greatest(n.count - 1, 1)
)
select
    sha256(
        $tip || '|' || c.account_key || '|' || k.remote_ip || '|' || coalesce(cast(c.remote_port as varchar), '')
        || '|' || cast(micros(c.accessed_at) as varchar)
    ) as digest,
    k.holder, k.country, k.asn, c.account_key, k.remote_ip, c.remote_port, c.accessed_at, k.kind,
    plus_days(day_of(c.accessed_at), r.days) as evidence_expires,
    k.kind <> 'cgnat' or c.remote_port is not null as resolvable
from chosen as c
join kept as k on k.account_key = c.account_key and k.address = c.address and k.period = c.period
left join retained as r on r.country = k.country and r.day = day_of(c.accessed_at)
