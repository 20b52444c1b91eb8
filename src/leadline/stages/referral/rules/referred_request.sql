-- What record holders can still say about the accounts' accesses.
select
    r.account_key,
    r.place,
    q.request_id,
    q.check_digit,
    q.holder,
    q.country,
    q.asn,
    q.remote_ip as address,
    q.remote_port as port,
    q.accessed_at as instant_utc,
    q.local_time as instant_local,
    q.zone,
    q.evidence_expires as records_may_be_gone_on,
    q.resolvable
from referred as r
inner join request as q on q.account_key = r.account_key
