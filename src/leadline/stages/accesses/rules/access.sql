-- The accesses that are kept, of all files, each with whether an equal line stands in another file as well.
select k.*, t.text_digest is not null as seen_twice
from kept_part as k
left join twice as t on t.text_digest = k.text_digest
