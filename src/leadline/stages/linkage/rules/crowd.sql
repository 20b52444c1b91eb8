-- Addresses that join nobody: what a network shares among many, and what many accounts used.
select
    s.address
from sighting as s
group by s.address
having max(case when s.kind in ('access', 'unknown') then 0 else 1 end) = 1
    or max(s.accounts_here) >= $shared_address_accounts
