-- For each pair and field the level of agreement; NULL where one side does not state the field, for what is not
-- stated speaks neither for nor against. A mailbox may be written as a name: it then bears out, or belies, the name
-- that the other account shows; where the mailboxes agree anyhow, that would be the same evidence twice and is not
-- counted. Two given names of which neither begins the other, with one family name, are two people of one family. The
-- same levels are trained in train.py.
with dweller as (
    select distinct h.account_key from home as h
),
side as (
    select
        p.account_a, p.account_b,
        a.email as email_a, a.mailbox as mailbox_a, a.untagged as untagged_a, a.local_part as local_a, a.stem as stem_a,
        a.phone as phone_a, a.tail as tail_a, a.device as device_a, a.payment as payment_a,
        a.name as name_a, a.initial as initial_a, a.full_name as full_a, a.handle as handle_a,
        a.given as given_a, a.family as family_a, a.mail_name as mail_name_a,
        a.signup as signup_a, a.country as country_a,
        b.email as email_b, b.mailbox as mailbox_b, b.untagged as untagged_b, b.local_part as local_b, b.stem as stem_b,
        b.phone as phone_b, b.tail as tail_b, b.device as device_b, b.payment as payment_b,
        b.name as name_b, b.initial as initial_b, b.full_name as full_b,
        b.given as given_b, b.family as family_b, b.mail_name as mail_name_b,
        b.signup as signup_b, b.country as country_b,
        w.account_a is not null as word,
        s.crowd,
        m.account_a is not null as in_crowd,
        x.account_key is not null and y.account_key is not null as both_dwell
    from pair as p
    left join identity as a on a.account_key = p.account_a
    left join identity as b on b.account_key = p.account_b
    left join shared_word as w on w.account_a = p.account_a and w.account_b = p.account_b
    left join shared_home as s on s.account_a = p.account_a and s.account_b = p.account_b
    left join met_in_crowd as m on m.account_a = p.account_a and m.account_b = p.account_b
    left join dweller as x on x.account_key = p.account_a
    left join dweller as y on y.account_key = p.account_b
),
named as (
    select
        s.*,
        s.local_a = s.local_b or s.stem_a = s.stem_b as mail_agrees,
        s.name_a = s.mail_name_b or s.name_b = s.mail_name_a
            or s.stem_a in (s.given_b || s.family_b, substr(s.given_b, 1, 1) || s.family_b)
            or s.stem_b in (s.given_a || s.family_a, substr(s.given_a, 1, 1) || s.family_a) as mail_names,
        s.family_a = s.family_b and not starts_with(s.given_a, s.given_b) and not starts_with(s.given_b, s.given_a)
            or (s.full_b and length(s.family_b) > 3 and substr(s.stem_a, 2) = s.family_b)
            or (s.full_a and length(s.family_a) > 3 and substr(s.stem_b, 2) = s.family_a)
            or (s.stem_a <> s.stem_b and substr(s.stem_a, 2) = substr(s.stem_b, 2)) as relatives
    from side as s
)
select
    s.account_a, s.account_b,
    case
        when s.email_a = s.email_b then 'same'
        when s.mailbox_a = s.mailbox_b then 'mailbox'
        when s.untagged_a = s.untagged_b then 'tagged'
        when s.local_a = s.local_b then 'local'
        when s.stem_a = s.stem_b then 'stem'
        when s.email_a <> s.email_b then 'different'
    end as email,
    case
        when s.phone_a = s.phone_b then 'same'
        when s.tail_a = s.tail_b then 'tail'
        when s.phone_a <> s.phone_b then 'different'
    end as phone,
    case when s.device_a = s.device_b then 'same' when s.device_a <> s.device_b then 'different' end as device,
    case when s.payment_a = s.payment_b then 'same' when s.payment_a <> s.payment_b then 'different' end as payment,
    case
        when s.name_a = s.name_b and s.handle_a then 'handle'
        when s.name_a = s.name_b then 'same'
        when s.initial_a = s.initial_b
            and (starts_with(s.given_a, s.given_b) or starts_with(s.given_b, s.given_a)) then 'initial'
        when s.mail_names and s.mail_agrees then null
        when s.mail_names then 'mailbox'
        when s.relatives then 'relative'
        when s.word then 'word'
        when s.given_a <> '' and s.given_b <> '' then 'different'
    end as name,
    case
        when s.crowd <= 2 then 'pair'
        when s.crowd > 2 then 'few'
        when s.in_crowd then 'crowd'
        when s.both_dwell then 'apart'
    end as home,
    case when s.signup_a = s.signup_b then 'same' end as signup,
    case when s.country_a <> s.country_b then 'different' end as country
from named as s
