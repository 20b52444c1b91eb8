-- Sources that count and that another party bears out: the same full name, mailbox or telephone number. Two answers of
-- one holder are one source, however many addresses they are about.
select distinct a.account_key, a.place
from named_source as a
inner join named_source as b
    on b.account_key = a.account_key and b.party_key <> a.party_key and b.counts
where a.counts
    and (
        (a.name_form <> '' and a.name_form = b.name_form)
        or (a.email_form <> '' and a.email_form = b.email_form)
        or (a.phone_form <> '' and a.phone_form = b.phone_form)
    )
