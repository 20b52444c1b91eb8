-- The next best check of each stage, empty where the stage has none: what opens a closed way before what only adds.
with holders as (
    select
        h.account_key, h.holder, h.evidence_expires,
        row_number() over (partition by h.account_key order by h.accesses desc, h.holder) as place
    from holder as h
    anti join answer as a on a.account_key = h.account_key and a.holder = h.holder and a.conflict = ''
    where h.holder <> ''
),
second as (
    select s.account_key, s.ask
    from open_check as s
    inner join known_check as k on k.check_name = s.check_name
    where k.confirms = 'identifier'
),
opened as (
    select d.account_key, cast(sum(d.unknown_groups) as bigint) as unknown_groups
    from device_result as d
    group by d.account_key
),
urgent as (
    select o.account_key, o.ask
    from open_check as o
    where o.place = 1
),
following as (
    select o.account_key, o.ask, row_number() over (partition by o.account_key order by o.turn) as place
    from open_check as o
    inner join known_check as k on k.check_name = o.check_name
    where k.confirms <> 'identifier'
)
select
    c.account_key,
    case
        when d.crawler = 'yes' then 'Ask who runs the crawler at these addresses whether the account is theirs.'
        when d.signs_of_compromise = 'yes'
            then 'Ask ' || $provider || ' for sign-ins and changes of password around ' || c.takeover_day || '.'
        when d.automated_client = 'yes'
            then 'Ask ' || $provider || ' which program made these accesses, and on whose behalf.'
        when c.personal > 0 and c.portless = c.personal
            then 'Ask ' || $provider || ' for the source ports of ' || cast(c.portless as varchar)
                || ' accesses through a carrier''s gateway.'
        when c.personal = 0 and c.has_record
            then 'Ask ' || $provider || ' for sign-ins outside the cache, with address, port and time.'
        else ''
    end as s0,
    case
        when d.provider_says_compromised = 'yes'
            then 'Ask ' || $provider || ' why it marks the account as compromised, and from which moment on.'
        when not c.has_record and c.personal > 0 then 'Ask ' || $provider || ' for the record of the account.'
        when not c.has_record
            then 'Ask ' || $provider || ' for the record of the account: sign-up address, payment, recovery details.'
        when c.compromised is null
            then 'Ask ' || $provider || ' whether it knows of a takeover of the account.'
        else ''
    end as s1,
    case
        when e.state in ('no-source', 'one-source') and h.holder is not null
            then 'Ask ' || h.holder || ' which subscriber had the address at these moments, '
                || case
                    when h.evidence_expires is null then 'at once: nobody knows how long it keeps that.'
                    else 'before ' || cast(h.evidence_expires as varchar) || '.'
                end
        else ''
    end as holder_ask,
    case
        when e.state <> 'no-source' then coalesce(u.ask, '')
        else ''
    end as urgent_ask,
    case
        when e.state = 'one-source' then coalesce(x.ask, '')
        when e.state = 'sources-disagree' then 'Settle whom the sources name, before anything else is done.'
        else ''
    end as source_ask,
    case when e.state = 'no-source' then '' else coalesce(f.ask, '') end as following_ask,
    case
        when o.unknown_groups > 0
            then 'Look at the ' || cast(o.unknown_groups as varchar) || ' contents of the device that stand in no set.'
        when o.account_key is null and e.state = 'ready-for-enforcement'
            then 'Once a device is in hand under an authority: leadline examine SOURCE --authority TEXT --account KEY.'
        else ''
    end as s3
from circumstance as c
inner join doubt_state as d on d.account_key = c.account_key
inner join enforcement as e on e.account_key = c.account_key
left join holders as h on h.account_key = c.account_key and h.place = 1
left join urgent as u on u.account_key = c.account_key
left join second as x on x.account_key = c.account_key
left join following as f on f.account_key = c.account_key and f.place = 1
left join opened as o on o.account_key = c.account_key
