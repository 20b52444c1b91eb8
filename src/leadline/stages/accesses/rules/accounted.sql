-- The sums of what was read at once; waiting lines are counted when they are judged.
select
    count(*) filter (where j.reason is null) as accesses,
    count(*) filter (where j.reason is not null and j.reason <> 'waiting') as rejects,
    count(*) filter (where j.reason = 'waiting') as waiting,
    count(*) filter (where j.relevant) as relevant,
    count(*) filter (where j.kept) as kept,
    min(j.accessed_at) filter (where j.reason is null) as first_access,
    max(j.accessed_at) filter (where j.reason is null) as last_access
from judged as j
