-- Objects of which one source names one account, and another source another account for the same day: an inventory
-- and an upload in the logs, or two records of inventories. Two accounts that both uploaded it are no dispute.
select c.account_key, c.object_key
from contribution as c
inner join contribution as d on d.object_key = c.object_key and d.account_key <> c.account_key
where c.listed and c.source <> 'both' and d.source <> 'both' and (c.source = 'inventory' or d.source = 'inventory')
    and coalesce(abs(micros(c.added_at) - micros(d.added_at)) < $first_batch_micros, true)
group by c.account_key, c.object_key
