-- Who is named behind an account, one row a source and person: record holders' answers, and checks that confirm an
-- identifier or a person. A source counts where it names somebody, and where the instant does not lie so near the
-- end of a lease that a clock a little wrong would name the next subscriber. Parties are one where the words of one name
-- stand in the other (two spellings, a branch), and where one says that it had it from the other, by name or by the id
-- of the request: what is repeated is no second source. Their shortest name stands for them.
with answered as (
    select
        a.account_key, 'answer' as kind, a.holder as party, a.subscriber_key, a.name_form, a.email_form, a.phone_form,
        'names the subscriber' as says,
        min(case when coalesce(a.margin_seconds, 0) < $lease_margin_seconds then 1 else 0 end) = 1 as near_edge
    from answer as a
    where a.answer = 'subscriber' and a.conflict = ''
    group by a.account_key, a.holder, a.subscriber_key, a.name_form, a.email_form, a.phone_form
),
confirmed as (
    select distinct
        r.account_key, 'check' as kind, r.source as party, '' as subscriber_key, r.name_form, r.email_form, r.phone_form,
        case when k.confirms = 'person' then 'says who used the device' else 'names the customer of an identifier' end
            as says,
        false as near_edge
    from returned_check as r
    inner join known_check as k on k.check_name = r.check_name
    where r.state = 'yes' and not r.superseded and k.confirms <> ''
),
together as (
    select a.* from answered as a
    union all
    select c.* from confirmed as c
),
party as (
    select distinct t.account_key, t.party from together as t
),
told as (
    select a.account_key, a.holder as party, a.source as basis from answer as a where a.source <> ''
    union
    select r.account_key, r.source as party, r.reference as basis from returned_check as r where r.reference <> ''
),
near as (
    select o.account_key, o.party, p.party as other
    from party as o
    inner join party as p on p.account_key = o.account_key
    where words_within(o.party, p.party) or words_within(p.party, o.party)
    union
    select t.account_key, t.party, p.party as other
    from told as t
    inner join party as p on p.account_key = t.account_key
    where words_within(p.party, t.basis)
    union
    select t.account_key, t.party, a.holder as other
    from told as t
    inner join answer as a on a.account_key = t.account_key
    where words_within(a.request_id, t.basis)
),
either_way as (
    select n.account_key, n.party, n.other from near as n
    union
    select n.account_key, n.other as party, n.party as other from near as n
),
first_name as (
    select
        e.account_key, e.party, e.other,
        row_number() over (partition by e.account_key, e.party order by length(e.other), ascii_lower(e.other), e.other)
            as place
    from either_way as e
),
one_party as (
    select
        e.account_key, e.party, f.other,
        row_number() over (partition by e.account_key, e.party order by length(f.other), ascii_lower(f.other), f.other)
            as place
    from either_way as e
    inner join first_name as f on f.account_key = e.account_key and f.party = e.other and f.place = 1
)
select
    t.*,
    row_number() over (
        partition by t.account_key
        order by t.kind, t.party, t.says, t.subscriber_key, t.name_form, t.email_form, t.phone_form
    ) as place,
    ascii_lower(p.other) as party_key,
    t.subscriber_key = '' and t.name_form = '' and t.email_form = '' and t.phone_form = '' as nameless,
    not t.near_edge
        and (t.subscriber_key <> '' or t.name_form <> '' or t.email_form <> '' or t.phone_form <> '') as counts
from together as t
inner join one_party as p on p.account_key = t.account_key and p.party = t.party and p.place = 1
