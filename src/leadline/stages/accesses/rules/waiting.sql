-- Lines that only the order of the whole file can date, kept until its end.
select c.line, c.text, c.parts, $header as header, s.clock
from cut as c
join judged as j on j.line = c.line
join said as s on s.line = c.line
where j.reason = 'waiting'
