-- What each pair is. One person: a personal key in common (or a long handle, or nearly the same mailbox, or the same
-- name, borne out by each other or by one roof), enough bits, and no contradiction; a shared address alone never
-- suffices. What is only alike (an initial, a mailbox written as the name) needs a roof and no other device, for it is
-- alike within a family, too. One home:
-- an address that nobody else used, a sign-up address or a personal key in common, enough bits, and not one person;
-- where others used the address too (a shop, a hostel), a name in common besides. A ruling overrides the evidence.
with sums as (
    select
        w.account_a, w.account_b,
        $start_same + cast(coalesce(sum(w.bits) filter (where w.kind = 'same-person'), 0) as bigint) as bits_same,
        $start_home + cast(coalesce(sum(w.bits) filter (where w.kind = 'associated'), 0) as bigint) as bits_home
    from weighed as w
    group by w.account_a, w.account_b
),
judged as (
    select
        s.account_a, s.account_b, s.bits_same, s.bits_home,
        coalesce(r.ruling, '') as ruling,
        x.account_a is not null as contradicted,
        coalesce(c.email in ('same', 'mailbox', 'tagged'), false) or coalesce(c.phone = 'same', false)
        or coalesce(c.device = 'same', false) as own_key,
        coalesce(c.payment = 'same', false) as own_card,
        coalesce(c.device = 'different', false) as other_device,
        coalesce(c.email, '') as email,
        coalesce(c.name, '') as name,
        coalesce(c.home in ('pair', 'few'), false) or coalesce(c.signup = 'same', false) as one_roof,
        coalesce(c.home = 'pair', false) or coalesce(c.signup = 'same', false)
        or (coalesce(c.home = 'few', false) and coalesce(
            c.name in ('same', 'handle', 'initial', 'mailbox', 'relative', 'word'), false
        )) as own_roof
    from sums as s
    inner join compared as c on c.account_a = s.account_a and c.account_b = s.account_b
    left join contradiction as x on x.account_a = s.account_a and x.account_b = s.account_b
    left join ruling as r on r.account_a = s.account_a and r.account_b = s.account_b
),
named as (
    select
        j.account_a, j.account_b, j.bits_same, j.bits_home, j.ruling,
        case
            when j.ruling = 'same' then 'same-person'
            when j.ruling = '' and not j.contradicted and j.bits_same >= $threshold_same
                and (
                    j.own_key or j.own_card or j.name = 'handle'
                    or (j.email = 'local' and (j.one_roof or j.name in ('same', 'initial')))
                    or (j.name = 'same' and j.one_roof)
                    or (j.one_roof and not j.other_device and (j.name in ('initial', 'mailbox') or j.email = 'stem'))
                ) then 'same-person'
            when (j.own_roof or j.own_key) and j.bits_home >= $threshold_home then 'associated'
        end as kind
    from judged as j
)
select
    n.account_a, n.account_b, n.kind, n.ruling,
    case when n.kind = 'same-person' then n.bits_same else n.bits_home end as bits
from named as n
where n.kind is not null
