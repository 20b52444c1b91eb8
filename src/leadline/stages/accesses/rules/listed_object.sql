-- The cache is what the tip's inventories list, whatever the date.
select distinct i.object_key
from inventory as i
