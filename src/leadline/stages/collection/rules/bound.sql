-- For each listed object the bounds that decide what an access outside every known span means: the earliest
-- known beginning, the first removal, and until when it may have stood from an unknown beginning on.
select
    l.object_key,
    min(case when not l.silent then l.begins_at end) as earliest,
    min(l.removed_at) as first_removed,
    max(case when not l.silent and l.begins_at is null then l.ends_at end) as perhaps_until
from listing as l
group by l.object_key
