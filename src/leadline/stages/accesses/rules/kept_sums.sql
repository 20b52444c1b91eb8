-- What is missing from the relevant accesses of a file.
select
    count(*) filter (where k.account_key is null) as without_account,
    count(*) filter (where k.remote_port is null) as no_port,
    count(*) filter (where k.status is null and k.succeeded) as no_status
from kept as k
where k.relevant
