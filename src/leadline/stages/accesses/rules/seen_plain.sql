-- The addresses of accesses that were counted without being judged: IPv4, and nothing of the cache.
select p.number, cast(null as varchar) as address, cast(null as varchar) as remote_ip, p.accessed_at, false as relevant
from plain as p
