-- One verdict a spot and period after all tables were heard. The most cautious kind wins, because taking an
-- anonymiser for a home is the worse error. Country: only what all tables that name one agree on. Holder and
-- autonomous system: from the table that gave the kind, else from the first by name that has one; `!` sorts
-- before every character of a table's name.
with graded as (
    select
        s.spot, s.period, s.table_name, s.table_date, s.newer, s.country, s.asn, s.holder, s.kind,
        case s.kind
            when 'tor' then 9 when 'vpn' then 8 when 'relay' then 7 when 'crawler' then 6 when 'hosting' then 5
            when 'cgnat' then 4 when 'mobile' then 3 when 'access' then 2 else 1
        end as caution
    from said as s
),
gravest as (
    select g.spot, g.period, max(g.caution) as caution
    from graded as g
    group by g.spot, g.period
),
told as (
    select
        g.spot, g.period, g.table_date, g.newer, g.country, g.asn, g.holder,
        case when g.caution = w.caution then '0' else '1' end || g.table_name || '!' as source,
        case when g.caution = w.caution then g.kind end as kind
    from graded as g
    join gravest as w on w.spot = g.spot and w.period = g.period
),
gathered as (
    select
        t.spot, t.period,
        max(t.kind) as kind,
        count(distinct t.country) filter (where t.country <> '') as countries,
        max(t.country) as country,
        list_sort(list(distinct t.country) filter (where t.country <> '' and t.country is not null)) as countries_named,
        min(t.source || t.holder) filter (where t.holder <> '') as held,
        min(t.source || cast(t.asn as varchar)) filter (where t.asn is not null) as numbered,
        max(case when t.newer then 1 else 0 end) as newer,
        min(t.table_date) as oldest
    from told as t
    group by t.spot, t.period
)
select
    g.spot, g.period, g.kind,
    case when g.countries = 1 then g.country else '' end as country,
    coalesce(g.countries_named, cast([] as varchar[])) as countries_named,
    coalesce(after_mark(g.held), '') as holder,
    try_int(after_mark(g.numbered)) as asn,
    g.countries > 1 as disagree,
    g.newer = 1 as newer,
    g.oldest
from gathered as g
