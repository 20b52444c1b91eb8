-- Every address that was seen, whatever it did there, once: what is looked up when all of them are asked about.
select s.address, min(s.remote_ip) as remote_ip
from address_seen as s
group by s.address
