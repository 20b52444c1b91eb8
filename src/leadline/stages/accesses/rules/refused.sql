-- The lines that are refused, with the digest of their text (its bytes without the line end).
select j.line, j.reason, sha256(c.text) as text_sha256
from judged as j
join cut as c on c.line = j.line
where j.reason <> 'waiting'
