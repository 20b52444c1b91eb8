-- The country of each account's telephone number: the longest calling code with which it begins.
with numbers as (
    select a.account_key, phone_digits(r.phone) as digits
    from activity as a
    join account_record as r on r.account_key = a.account_key
    where r.phone is not null
),
lengths as (
    select distinct length(c.prefix) as size from calling_code as c
),
matched as (
    select n.account_key, c.country, row_number() over (partition by n.account_key order by l.size desc, c.prefix) as place
    from numbers as n
    cross join lengths as l
    join calling_code as c on c.prefix = substring(n.digits, 1, l.size)
    where n.digits <> ''
)
select m.account_key, m.country from matched as m where m.place = 1
