-- The addresses of a batch, not yet counted: counting many batches at once is cheaper. IPv4 is a number here.
select j.number, case when j.number is null then j.address end as address,
    case when j.number is null then j.remote_ip end as remote_ip, j.accessed_at, j.relevant
from judged as j
where j.reason is null
