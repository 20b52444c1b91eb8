-- From which address each account was opened, and in which period: at sign-up, or else when it was created.
select a.account_key, s.address, s.remote_ip, d.period
from activity as a
join account_record as r on r.account_key = a.account_key
join signup_address as s on s.signup_ip = r.signup_ip
join day as d on d.day = day_of(coalesce(r.signup_at, r.created_at))
