-- Sources that count and that another party bears out: the same full name, mailbox or telephone number. Two answers of
-- one holder are one source, however many addresses they are about. Two full names are two persons, though a mailbox or
-- a number agree: a home has those in common. Whether one of the two is a record holder's answer is kept, for checks
-- alone say nothing of who had the address.
select
    a.account_key, a.place,
    bool_or(a.kind = 'answer' or b.kind = 'answer') as answered
from named_source as a
inner join named_source as b
    on b.account_key = a.account_key and b.party_key <> a.party_key and b.counts
where a.counts
    and (a.name_form = '' or b.name_form = '' or a.name_form = b.name_form)
    and (
        (a.name_form <> '' and a.name_form = b.name_form)
        or (a.email_form <> '' and a.email_form = b.email_form)
        or (a.phone_form <> '' and a.phone_form = b.phone_form)
    )
group by a.account_key, a.place
