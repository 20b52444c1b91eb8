-- Where each account belongs. Abstained in three cases only: nothing carries a jurisdiction; the best share is
-- too small; for the best country as much is disputed between the tables as is undisputed.
-- Confidence, in thousandths, is a grade of that evidence and no probability. It begins at the best share.
-- Taken off: up to 300 for the part of subscriber accesses that is disputed; up to 200 for the part of all
-- accesses that no country could be told from; 100 where a table is newer than the access; 50 where one is old;
-- 150 for a single access. Where no table knows the kind of any address it is at most 700. Countries stated
-- elsewhere add a little where they agree and take more where they do not; they decide nothing. Never above 990.
with seen as (
    select
        s.account_key,
        cast(sum(s.accesses) as bigint) as accesses,
        cast(sum(case when s.carries then s.accesses else 0 end) as bigint) as carrying,
        cast(sum(case when s.disagree and s.kind in ('access', 'mobile', 'cgnat', 'unknown') then s.accesses else 0 end) as bigint) as disputed,
        max(case when s.kind = 'cgnat' and s.without_port > 0 then '|cgnat-no-port' else '' end) as cgnat_no_port,
        max(case when s.kind = 'crawler' then '|crawler' else '' end) as crawler,
        max(case when s.kind = 'hosting' then '|hosting' else '' end) as hosting,
        max(case when s.kind = 'mobile' then '|mobile-shared' else '' end) as mobile_shared,
        max(case when s.kind = 'relay' then '|relay' else '' end) as relay,
        max(case when s.accounts_here >= $shared_address_accounts then '|shared-address' else '' end) as shared_address,
        max(case when s.kind = 'special' then '|special-address' else '' end) as special_address,
        max(case when s.table_newer then '|table-newer-than-access' else '' end) as table_newer,
        max(case when s.table_age_days > $table_old_days then '|table-old' else '' end) as table_old,
        max(case when s.disagree then '|tables-disagree' else '' end) as tables_disagree,
        max(case when s.kind = 'tor' then '|tor' else '' end) as tor,
        max(case when s.kind = 'vpn' then '|vpn' else '' end) as vpn
    from sighting as s
    group by s.account_key
),
best as (
    select
        j.account_key, j.code, j.share, w.weight, w.known, w.disputed_weight, w.newer, w.aged
    from jurisdiction as j
    join weighed as w on w.account_key = j.account_key and w.code = j.code
    where j.place = 1
),
judged as (
    select
        a.account_key, b.code, b.share, b.known, b.newer, b.aged, s.accesses, s.carrying, s.disputed,
        case
            when b.code is null and s.disputed > 0 then 'tables-conflict'
            when b.code is null then 'no-carrying-access'
            when b.share < $best_share then 'share-below-threshold'
            when b.disputed_weight >= b.weight then 'tables-conflict'
            else ''
        end as abstained
    from activity as a
    left join seen as s on s.account_key = a.account_key
    left join best as b on b.account_key = a.account_key
),
evidence as (
    select
        j.account_key,
        least(
            j.share
            - 300 * j.disputed // greatest(j.carrying + j.disputed, 1)
            - 200 * (j.accesses - j.carrying - j.disputed) // greatest(j.accesses, 1)
            - 100 * j.newer
            - 50 * j.aged
            - case when j.accesses = 1 then 150 else 0 end,
            case when j.known = 0 then 700 else 1000 end
        ) as points
    from judged as j
),
beside as (
    select
        j.account_key,
        case when t.declared_country = '' then 0 when t.declared_country = j.code then 20 else -40 end
        + case when t.payment_country = '' then 0 when t.payment_country = j.code then 40 else -60 end
        + case when t.phone_country = '' then 0 when t.phone_country = j.code then 30 else -50 end
        + case when t.signup_country = '' then 0 when t.signup_country = j.code then 40 else -60 end as points
    from judged as j
    join stated as t on t.account_key = j.account_key
)
select
    j.account_key,
    case when j.abstained = '' then j.code else '' end as jurisdiction,
    j.abstained,
    case when j.abstained = '' then greatest(least(e.points + b.points, 990), 10) else 0 end as confidence,
    t.declared_country, t.payment_country, t.phone_country, t.signup_country,
    x.evidence_expires,
    words_of(
        coalesce(s.cgnat_no_port, '') || coalesce(s.crawler, '') || coalesce(s.hosting, '')
        || case when v.account_key is not null then '|impossible-travel' else '' end
        || coalesce(s.mobile_shared, '') || coalesce(s.relay, '') || coalesce(s.shared_address, '')
        || coalesce(s.special_address, '') || coalesce(s.table_newer, '') || coalesce(s.table_old, '')
        || coalesce(s.tables_disagree, '') || coalesce(s.tor, '') || coalesce(s.vpn, '')
    ) as caveats
from judged as j
join evidence as e on e.account_key = j.account_key
join beside as b on b.account_key = j.account_key
join stated as t on t.account_key = j.account_key
left join seen as s on s.account_key = j.account_key
left join expiry as x on x.account_key = j.account_key
left join travel as v on v.account_key = j.account_key
