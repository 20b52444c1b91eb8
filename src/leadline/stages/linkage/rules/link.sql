-- Each link with its waterfall: where the reckoning starts, then what each field adds; the parts make the sum.
with part as (
    select v.account_a, v.account_b, w.place, w.field, w.bits, w.sentence
    from verdict as v
    inner join weighed as w on w.account_a = v.account_a and w.account_b = v.account_b and w.kind = v.kind
    union all
    select
        v.account_a, v.account_b, 0 as place, 'start' as field,
        case when v.kind = 'same-person' then $start_same else $start_home end as bits,
        case when v.kind = 'same-person' then $start_same_sentence else $start_home_sentence end as sentence
    from verdict as v
),
listed as (
    select
        p.account_a, p.account_b,
        list_sort(list({'place': p.place, 'field': p.field, 'bits': p.bits, 'sentence': p.sentence})) as parts
    from part as p
    group by p.account_a, p.account_b
)
select v.account_a, v.account_b, v.kind, v.bits, evidence_of(l.parts) as evidence, v.ruling
from verdict as v
inner join listed as l on l.account_a = v.account_a and l.account_b = v.account_b
