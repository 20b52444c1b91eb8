-- Who is named behind an account, one row a source and person: record holders' answers, and checks that confirm an
-- identifier or a person. A source counts where it names somebody, and where the instant does not lie so near the
-- end of a lease that a clock a little wrong would name the next subscriber.
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
)
select
    t.*,
    row_number() over (
        partition by t.account_key
        order by t.kind, t.party, t.says, t.subscriber_key, t.name_form, t.email_form, t.phone_form
    ) as place,
    ascii_lower(t.party) as party_key,
    t.subscriber_key = '' and t.name_form = '' and t.email_form = '' and t.phone_form = '' as nameless,
    not t.near_edge
        and (t.subscriber_key <> '' or t.name_form <> '' or t.email_form <> '' or t.phone_form <> '') as counts
from together as t
