-- What is known about each account, sentence by sentence, by the stage that tells it: S0 the log, S1 records, links and
-- earlier tips, S2 answers and returned checks, S3 devices. What came back as unknown is not known.
with told_of as (
    select
        p.account_key, count(*) as places,
        list_sort(list(distinct p.role) filter (where p.role is not null)) as roles,
        bool_or(p.compromised) as compromised
    from reported_account as p
    semi join activity as a on a.account_key = p.account_key
    group by p.account_key
),
viewed as (
    select
        f.account_key, count(*) as files,
        count(*) filter (where f.viewed_by_provider = 'yes') as viewed,
        count(*) filter (where f.viewed_by_provider = 'no') as unviewed
    from reported_file as f
    semi join activity as a on a.account_key = f.account_key
    group by f.account_key
),
linked as (
    select g.account_key, g.kind, g.cluster, g.members
    from cluster as g
),
asked as (
    select
        a.account_key, a.holder,
        case when a.conflict <> '' then 'conflict' else a.answer end as answer,
        count(*) as answers
    from answer as a
    group by a.account_key, a.holder, case when a.conflict <> '' then 'conflict' else a.answer end
)
select
    a.account_key, 'S0' as stage, 1 as place,
    cast(a.accesses as varchar) || ' relevant accesses on ' || cast(a.days_active as varchar) || ' days; objects opened: '
        || cast(a.objects_opened as varchar) || ', downloaded: ' || cast(a.objects_downloaded as varchar)
        || ', added by an upload: ' || cast(a.objects_added as varchar) as said
from activity as a
union all
select
    t.account_key, 'S0' as stage, 2 as place,
    'belongs to ' || t.jurisdiction || ' with confidence ' || thousandths(t.confidence) as said
from attribution as t
where t.jurisdiction <> ''
union all
select
    r.account_key, 'S1' as stage, 1 as place,
    'the provider holds a record of the account' || case
        when r.compromised is null then ''
        when r.compromised then ' and marks it as compromised'
        else ' and marks it as not compromised'
    end as said
from account_record as r
union all
select
    t.account_key, 'S1' as stage, 1 as place,
    'reports speak of the account (places: ' || cast(t.places as varchar) || ') as ' || array_to_string(t.roles, ', ')
        || case
            when t.compromised is null then ''
            when t.compromised then ', and mark it as compromised'
            else ', and mark it as not compromised'
        end as said
from told_of as t
union all
select
    v.account_key, 'S1' as stage, 1 as place,
    'files that reports name for it: ' || cast(v.files as varchar) || '; the provider says that it viewed '
        || cast(v.viewed as varchar) || ', that it did not view ' || cast(v.unviewed as varchar) || ', and does not say of '
        || cast(v.files - v.viewed - v.unviewed as varchar) as said
from viewed as v
union all
select
    k.account_key, 'S1' as stage, 2 as place,
    case
        when k.kind = 'same-person'
            then 'seems to be of one person with ' || cast(k.members - 1 as varchar) || ' other accounts (' || k.cluster || ')'
        else 'seems to be of one home with ' || cast(k.members - 1 as varchar) || ' other accounts (' || k.cluster
            || '): says nothing about what this holder did'
    end as said
from linked as k
union all
select
    m.account_key, 'S1' as stage, 3 as place,
    case
        when m.what = 'account' then 'the same account is in the earlier tip ' || m.reference
        when m.what = 'email' then 'states the same mailbox as account ' || m.earlier_account || ' of the earlier tip ' || m.reference
        when m.what = 'phone'
            then 'states the same telephone number as account ' || m.earlier_account || ' of the earlier tip ' || m.reference
        when m.what = 'device'
            then 'states the same device as account ' || m.earlier_account || ' of the earlier tip ' || m.reference
        else cast(m.objects as varchar) || ' of the objects that it opened or added are listed in the earlier tip '
            || m.reference
    end as said
from met_before as m
union all
select
    s.account_key, 'S2' as stage, 1 as place,
    s.holder || case
        when s.answer = 'subscriber' then ' names a subscriber (answers: '
        when s.answer = 'no-record' then ' holds no record any more (answers: '
        when s.answer = 'refused' then ' refuses to answer (answers: '
        else ' contradicts itself, and none of it is used (answers: '
    end || cast(s.answers as varchar) || ')' as said
from asked as s
union all
select
    s.account_key, 'S2' as stage, 2 as place,
    k.title || ': ' || s.state || ' (' || case when s.state = 'yes' then s.yes_source else s.no_source end || ', '
        || cast(day_of(case when s.state = 'yes' then s.yes_at else s.no_at end) as varchar)
        || case when s.disputed then '; ' || s.no_source || ' says no' else '' end || ')' as said
from check_state as s
inner join known_check as k on k.check_name = s.check_name
where s.state <> 'unknown' and not k.assessment
union all
select
    r.account_key, 'S2' as stage, 3 as place,
    'assessed from outside with ' || r.tool || case when r.tool_version = '' then '' else ' ' || r.tool_version end
        || ': level ' || r.level || ' (' || r.checked_by || ', ' || cast(day_of(r.checked_at) as varchar) || ')' as said
from returned_check as r
inner join known_check as k on k.check_name = r.check_name
where k.assessment and r.state = 'yes' and not r.superseded
union all
select
    e.account_key, 'S2' as stage, 4 as place,
    'ready for enforcement: two independent sources name the same person' as said
from enforcement as e
where e.state = 'ready-for-enforcement'
union all
select
    d.account_key, 'S3' as stage, 1 as place,
    'examination ' || d.examination || ' of ' || cast(day_of(d.examined_at) as varchar) || ': ' || cast(d.files as varchar)
        || ' files; contents that the account opened: ' || cast(d.cache_opened as varchar) || ', others of the cache: '
        || cast(d.cache as varchar) || ', known to a hash set: ' || cast(d.known as varchar) || ', near ones: '
        || cast(d.near as varchar) || ', in no set and not looked at: ' || cast(d.unknown_groups as varchar)
        || ', not readable (whole volumes count as one): ' || cast(d.unreadable as varchar) as said
from device_result as d
