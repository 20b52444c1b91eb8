-- The addresses of a batch, not yet counted: counting many batches at once is cheaper.
select j.remote_ip, j.address, j.accessed_at, j.relevant
from judged as j
where j.reason is null
