-- Objects of this tip of which the earlier tip's inventories list the same content.
select distinct n.object_key
from digest_now as n
semi join digest_before as b on b.digest = n.digest
