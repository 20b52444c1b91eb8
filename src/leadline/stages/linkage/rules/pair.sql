-- The pairs that are compared: those that agree on something few have, and those that a person ruled on. No key
-- that is left joins more than a handful of accounts, so the number of pairs grows as the accounts do.
with keyed as (
    select i.account_key, 'device' as block, i.device as held from identity as i where i.device is not null
    union all
    select i.account_key, 'payment' as block, i.payment as held from identity as i where i.payment is not null
    union all
    select i.account_key, 'mailbox' as block, i.mailbox as held from identity as i where i.mailbox is not null
    union all
    select i.account_key, 'untagged' as block, i.untagged as held from identity as i where i.untagged is not null
    union all
    select i.account_key, 'local' as block, i.local_part as held from identity as i where i.local_part is not null
    union all
    select i.account_key, 'stem' as block, i.stem as held from identity as i where i.stem is not null
    union all
    select i.account_key, 'tail' as block, i.tail as held from identity as i where i.tail is not null
    union all
    select i.account_key, 'initial' as block, i.initial as held from identity as i where i.initial is not null
    union all
    select i.account_key, 'name' as block, i.name as held from identity as i where i.name is not null
    union all
    select i.account_key, 'signup' as block, i.signup as held from identity as i where i.signup is not null
)
select a.account_key as account_a, b.account_key as account_b
from keyed as a
inner join keyed as b on b.block = a.block and b.held = a.held and a.account_key < b.account_key
union
select s.account_a, s.account_b
from shared_home as s
union
select r.account_a, r.account_b
from ruling as r
semi join activity as a on a.account_key = r.account_a
semi join activity as b on b.account_key = r.account_b
