-- The requests with their marks (made by Leadline from the digest, address, port and instant of each) and with
-- the time that the clock of the holder's country showed.
select
    m.request_id, m.check_digit, a.holder, a.country, a.asn, a.account_key, a.remote_ip, a.remote_port, a.accessed_at,
    coalesce(clock_text(a.accessed_at, c.seconds), '') as local_time,
    coalesce(c.zone, '') as zone,
    a.evidence_expires, a.kind, a.resolvable
from asked as a
join request_mark as m on m.digest = a.digest
left join clock as c
    on c.country = a.country and micros(a.accessed_at) >= c.begins and micros(a.accessed_at) < c.ends
