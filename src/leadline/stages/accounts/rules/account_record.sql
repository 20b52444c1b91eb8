-- The provider's record of each account: the first in the order of files and lines, and how many there are.
-- A country is two ASCII letters in capitals; a flag is a word that says yes or no, else it is not known.
with counted as (
    select s.account_key, count(*) as records, min(s.ordinal) as ordinal
    from stated as s
    group by s.account_key
)
select
    s.account_key, c.records, s.file, s.line, s.created_at, s.email, s.phone, s.display_name,
    case when whole_match(s.declared_country, '[A-Za-z][A-Za-z]') then ascii_upper(s.declared_country) end
        as declared_country,
    case when whole_match(s.payment_country, '[A-Za-z][A-Za-z]') then ascii_upper(s.payment_country) end
        as payment_country,
    s.payment_token, s.device_id, s.signup_ip, s.signup_at, s.closed_at,
    case
        when ascii_lower(s.compromised) in ('true', '1', 'yes') then true
        when ascii_lower(s.compromised) in ('false', '0', 'no') then false
    end as compromised
from counted as c
inner join stated as s on s.ordinal = c.ordinal
