-- Whether two independent sources name the same person behind an account, and which; without both, nobody's door is
-- to be opened. What the account's own record says stands beside it: whoever opened the account typed it.
with judged as (
    select
        n.account_key, n.place, n.party, n.party_key, ascii_lower(n.party) <> n.party_key as one_with_another, n.says, n.near_edge, n.nameless, n.counts, n.email_form,
        n.phone_form, n.name_form, n.kind,
        g.place is not null as alike,
        coalesce(g.answered, false) as agrees
    from named_source as n
    left join agreeing_source as g on g.account_key = n.account_key and g.place = n.place
),
tallied as (
    select
        j.account_key,
        bool_or(j.agrees) as agree,
        bool_or(j.alike) as alike,
        count(distinct case when j.alike and j.name_form <> '' then j.name_form end) as names,
        count(distinct case when j.counts and j.kind = 'answer' then j.party_key end) as answers,
        count(distinct case when j.counts then j.party_key end) as parties
    from judged as j
    group by j.account_key
),
state as (
    select
        a.account_key,
        case
            when coalesce(t.agree, false) and t.names < 2 then 'ready-for-enforcement'
            when coalesce(t.parties, 0) > 1 and (t.answers > 0 or t.names > 1 or not t.alike) then 'sources-disagree'
            when coalesce(t.parties, 0) > 0 then 'one-source'
            else 'no-source'
        end as state,
        coalesce(t.answers, 0) as answers
    from activity as a
    left join tallied as t on t.account_key = a.account_key
),
said as (
    select j.account_key, 'source' as part, j.party || ' ' || j.says as sentence
    from judged as j
    inner join state as s on s.account_key = j.account_key
    where j.counts and (j.agrees or s.state <> 'ready-for-enforcement')
    union
    select j.account_key, 'dissent' as part, j.party || ' ' || j.says || ': somebody else' as sentence
    from judged as j
    inner join state as s on s.account_key = j.account_key
    where j.counts and not j.agrees and s.state = 'ready-for-enforcement'
    union
    select
        j.account_key, 'missing' as part,
        j.party || ': the instant lies within ' || cast($lease_margin_seconds as varchar)
            || ' seconds of the end of a lease, and clocks differ; ask it again with a second access' as sentence
    from judged as j
    where j.near_edge
    union
    select
        j.account_key, 'missing' as part,
        j.party || ' names nobody: state the subject''s name, e-mail address or telephone number' as sentence
    from judged as j
    where j.nameless
    union
    select
        j.account_key, 'missing' as part,
        j.party || ' and ' || j.party_key || ' count as one source: one bears the name of the other, or says that it had'
            || ' it from there' as sentence
    from judged as j
    inner join state as s on s.account_key = j.account_key
    where j.counts and j.one_with_another and s.state <> 'ready-for-enforcement'
    union
    select s.account_key, 'missing' as part, 'a record holder''s answer that names the subscriber' as sentence
    from state as s
    where s.state in ('no-source', 'one-source') and s.answers = 0
    union
    select
        s.account_key, 'missing' as part,
        'a second source, independent of the first, that names the same person' as sentence
    from state as s
    where s.state in ('no-source', 'one-source')
    union
    select
        s.account_key, 'missing' as part,
        'the sources do not all name one person, by full name, e-mail address or telephone number: settle who is meant '
            || 'first' as sentence
    from state as s
    where s.state = 'sources-disagree'
    union
    select
        j.account_key, 'beside' as part,
        'the account''s record states the same ' || r.what || ' as ' || j.party
            || '; whoever opened the account typed it, so it is no source of its own' as sentence
    from judged as j
    inner join record_form as r on r.account_key = j.account_key
    where (r.what = 'e-mail address' and r.form = j.email_form and j.email_form <> '')
        or (r.what = 'telephone number' and r.form = j.phone_form and j.phone_form <> '')
)
select
    s.account_key, s.state,
    merged_words(list_sort(list(d.sentence) filter (where d.sentence is not null and d.part = 'source')), null) as sources,
    merged_words(list_sort(list(d.sentence) filter (where d.sentence is not null and d.part = 'dissent')), null) as dissent,
    merged_words(list_sort(list(d.sentence) filter (where d.sentence is not null and d.part = 'missing')), null) as missing,
    merged_words(list_sort(list(d.sentence) filter (where d.sentence is not null and d.part = 'beside')), null) as beside
from state as s
left join said as d on d.account_key = s.account_key
group by s.account_key, s.state
