-- Each member of a cluster with the waterfall of its strongest link in it.
select
    m.cluster, m.account_key, m.kind, m.members, m.weakest_link_bits, m.weakest_link, m.breaks, m.linked_to,
    l.evidence
from membership as m
inner join link as l
    on l.account_a = least(m.account_key, m.linked_to) and l.account_b = greatest(m.account_key, m.linked_to)
