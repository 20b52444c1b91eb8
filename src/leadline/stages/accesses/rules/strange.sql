-- Addresses that are no plain IPv4, each once: they are read in Python.
select distinct s.address_text as written
from said as s
where s.number is null and s.reason is null and s.address_text <> ''
