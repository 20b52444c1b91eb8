-- Each digest of each object that an inventory lists.
select distinct i.object_key, 'sha256:' || ascii_lower(i.sha256) as digest
from inventory as i
where i.sha256 is not null
union
select distinct i.object_key, 'sha1:' || ascii_lower(i.sha1) as digest
from inventory as i
where i.sha1 is not null
union
select distinct i.object_key, 'md5:' || ascii_lower(i.md5) as digest
from inventory as i
where i.md5 is not null
