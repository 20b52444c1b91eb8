-- What was asked, without what only the asking side needs.
select
    r.request_id, r.check_digit, r.holder, r.country, r.account_key, r.remote_ip, r.remote_port, r.accessed_at, r.kind,
    r.resolvable
from request as r
