-- The four stages of each account: what is known, what is unknown, and what to ask next.
with stages as (
    select a.account_key, 'S0' as stage from activity as a
    union all
    select a.account_key, 'S1' as stage from activity as a
    union all
    select a.account_key, 'S2' as stage from activity as a
    union all
    select a.account_key, 'S3' as stage from activity as a
),
known as (
    select k.account_key, k.stage, list_sort(list({'place': k.place, 'said': k.said})) as parts
    from stage_known as k
    group by k.account_key, k.stage
),
unknown as (
    select u.account_key, u.stage, list_sort(list(u.word) filter (where u.word is not null)) as words
    from unknown_word as u
    group by u.account_key, u.stage
)
select
    s.account_key, s.stage, k.parts is not null as reached,
    coalesce(list_transform(k.parts, lambda one: one.said), cast([] as varchar[])) as what_is_known,
    coalesce(u.words, cast([] as varchar[])) as what_is_unknown,
    case
        when s.stage = 'S0' then n.s0
        when s.stage = 'S1' then n.s1
        when s.stage = 'S3' then n.s3
        when n.urgent_ask <> '' then n.urgent_ask
        when n.holder_ask <> '' then n.holder_ask
        when n.source_ask <> '' then n.source_ask
        else n.following_ask
    end as next_check
from stages as s
inner join stage_next as n on n.account_key = s.account_key
left join known as k on k.account_key = s.account_key and k.stage = s.stage
left join unknown as u on u.account_key = s.account_key and u.stage = s.stage
