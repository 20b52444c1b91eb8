-- One row an account, ranked: score, then the evidence that is lost first (unknown means urgent), then the key.
-- Gravity, certainty and haste stay apart; only `very-high` asks for a certainty other than unknown.
with shares as (
    select
        j.account_key,
        list_sort(list({'place': j.place, 'code': j.code, 'share': j.share})) as parts
    from jurisdiction as j
    group by j.account_key
),
known as (
    select
        h.account_key, h.holder,
        row_number() over (partition by h.account_key order by h.accesses desc, h.holder) as place
    from holder as h
    where h.holder <> ''
),
holders as (
    select k.account_key, list_sort(list({'place': k.place, 'holder': k.holder})) as parts
    from known as k
    group by k.account_key
),
latest as (
    select f.account_key, max(f.stage) as stage
    from stage as f
    where f.reached
    group by f.account_key
),
placed as (
    select
        s.account_key, s.score, s.reasons, t.evidence_expires, t.jurisdiction, t.confidence, t.caveats,
        row_number() over (
            order by s.score desc, t.evidence_expires is not null, t.evidence_expires, s.account_key
        ) as place
    from score as s
    left join attribution as t on t.account_key = s.account_key
)
select
    p.place as rank,
    p.account_key,
    $provider_name as provider,
    case
        when p.score >= $very_high and c.holder_certainty <> 'unknown' then 'very-high'
        when p.score >= $high then 'high'
        when p.score >= $medium then 'medium'
        else 'low'
    end as level,
    p.score,
    cast($start as bigint) as start,
    coalesce(l.stage, 'S0') as stage,
    c.holder_certainty,
    coalesce(p.jurisdiction, '') as jurisdiction,
    coalesce(p.confidence, 0) as confidence,
    shares_of(s.parts) as jurisdictions,
    coalesce(list_transform(h.parts, lambda one: one.holder), cast([] as varchar[])) as holders,
    a.first_access, a.last_access, a.days_active,
    a.objects_opened, a.objects_downloaded, a.objects_added, a.new_objects_added, a.attempts, a.bytes,
    p.reasons,
    merged_words(v.caveats, p.caveats) as caveats,
    d.doubts,
    u.unknowns,
    n.next_check,
    g.cluster,
    p.evidence_expires
from placed as p
inner join activity as a on a.account_key = p.account_key
left join cluster as g on g.account_key = p.account_key and g.kind = 'same-person'
inner join certainty as c on c.account_key = p.account_key
inner join doubt as d on d.account_key = p.account_key
inner join unknown as u on u.account_key = p.account_key
inner join next_check as n on n.account_key = p.account_key
left join shares as s on s.account_key = p.account_key
left join holders as h on h.account_key = p.account_key
left join caveat as v on v.account_key = p.account_key
left join latest as l on l.account_key = p.account_key
