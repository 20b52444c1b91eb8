-- The identifiers of each account with relevant accesses. One that too many accounts state is nobody's own (a
-- placeholder, a reseller's mailbox, a school's device) and is treated as not stated. So is a sign-up address that a
-- network shares among many (carrier NAT, mobile, VPN, Tor, relay, hosting), though no access ever came from it.
with here as (
    select i.*
    from identifier as i
    semi join activity as a on a.account_key = i.account_key
),
shared_signup as (
    select distinct s.address
    from signup_seen as s
    where length(array_to_string(s.kinds, '')) > 0
        and array_to_string(s.kinds, '|') not in ('access', 'unknown', 'access|unknown')
)
select
    h.account_key,
    case when count(*) over (partition by h.email) <= $most_holders then h.email end as email,
    case when count(*) over (partition by h.mailbox) <= $most_holders then h.mailbox end as mailbox,
    case when count(*) over (partition by h.untagged) <= $most_holders then h.untagged end as untagged,
    case when count(*) over (partition by h.local) <= $most_holders then h.local end as local_part,
    case when count(*) over (partition by h.stem) <= $most_holders then h.stem end as stem,
    case when count(*) over (partition by h.phone) <= $most_holders then h.phone end as phone,
    case when count(*) over (partition by h.tail) <= $most_holders then h.tail end as tail,
    case when count(*) over (partition by h.device) <= $most_holders then h.device end as device,
    case when count(*) over (partition by h.payment) <= $most_holders then h.payment end as payment,
    case when count(*) over (partition by h.name) <= $most_holders then h.name end as name,
    case when count(*) over (partition by h.initial) <= $most_holders then h.initial end as initial,
    case when c.address is null and x.address is null and count(*) over (partition by h.signup) < $shared_address_accounts then h.signup end
        as signup,
    h.country,
    h.given,
    h.family,
    h.mail_name,
    h.full_name,
    h.handle
from here as h
left join crowd as c on c.address = h.signup
left join shared_signup as x on x.address = h.signup
