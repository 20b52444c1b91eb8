-- Lines that stand in more than one file of the tip.
select k.text_digest
from kept_part as k
group by k.text_digest
having min(k.file) < max(k.file)
