-- For each pair and kind of link what each field adds, as the table of weights has it.
with level_of as (
    select c.account_a, c.account_b, 'email' as field, c.email as level from compared as c
    union all
    select c.account_a, c.account_b, 'phone' as field, c.phone as level from compared as c
    union all
    select c.account_a, c.account_b, 'device' as field, c.device as level from compared as c
    union all
    select c.account_a, c.account_b, 'payment' as field, c.payment as level from compared as c
    union all
    select c.account_a, c.account_b, 'name' as field, c.name as level from compared as c
    union all
    select c.account_a, c.account_b, 'home' as field, c.home as level from compared as c
    union all
    select c.account_a, c.account_b, 'signup' as field, c.signup as level from compared as c
    union all
    select c.account_a, c.account_b, 'country' as field, c.country as level from compared as c
)
select l.account_a, l.account_b, w.kind, w.place, w.field, w.bits, w.sentence
from level_of as l
inner join weight as w on w.field = l.field and w.level = l.level
union all
select r.account_a, r.account_b, w.kind, w.place, w.field, w.bits, w.sentence
from ruling as r
inner join weight as w on w.field = 'ruling' and w.level = r.ruling
