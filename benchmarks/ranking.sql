-- The result of a run by hand, from accesses, inventory and address tables: sightings and ranked accounts.
create table acc as
select a.account_key, a.accessed_at, cast(timezone('UTC', a.accessed_at) as date) as day, a.address, a.remote_ip, a.action, a.object_key, a.succeeded,
    a.succeeded and not a.is_head as done, a.bytes
from access a where a.relevant and a.account_key is not null;
create table days as
select d.day, (select count(*) from period_start s where s.day <= d.day) as period from (select distinct day from acc) d;
create table seen as
select a.account_key, a.address, d.period, min(a.remote_ip) as remote_ip, count(*) as accesses,
    min(a.accessed_at) as first_access, max(a.accessed_at) as last_access
from acc a join days d using (day) group by all;
create table sought as select distinct address from seen order by address;
create table looked_up as {looked_up};
create table in_force as
with edition as ({editions}), period as (
    select 0 as period, date '0001-01-01' as begins
    union all select row_number() over (order by day), day from period_start)
select p.period, e.table_name, coalesce(max(e.table_date) filter (where e.table_date <= p.begins), min(e.table_date)) as table_date
from period p, edition e group by p.period, e.table_name;
create table heard as
with said as (
    select l.*, f.period, case l.kind when 'tor' then 9 when 'vpn' then 8 when 'relay' then 7 when 'crawler' then 6
        when 'hosting' then 5 when 'cgnat' then 4 when 'mobile' then 3 when 'access' then 2 else 1 end as caution
    from looked_up l join in_force f using (table_name, table_date)),
graded as (select *, max(caution) over (partition by address, period) as most from said)
select address, period, arg_max(kind, caution) as kind,
    count(distinct country) filter (where country <> '') as countries, list(distinct country) filter (where country <> '') as named,
    max(country) as country,
    coalesce(arg_min(holder, (caution <> most)::int || table_name || '!') filter (where holder <> ''), '') as holder,
    arg_min(asn, (caution <> most)::int || table_name || '!') filter (where asn is not null) as asn
from graded group by address, period;
create table sighted as
select s.*, h.named,
    case when h.address is not null then h.kind when u.address is not null then 'special' else 'unknown' end as kind,
    case when h.countries = 1 then h.country else '' end as country, coalesce(h.countries, 0) > 1 as disagree,
    coalesce(h.holder, '') as holder, h.asn
from seen s left join heard h using (address, period)
left join (select o.address from sought o semi join special p on o.address >= p.first and o.address <= p.last
    anti join looked_up l on l.address = o.address) u using (address);
copy (select account_key, period, remote_ip, kind, country, holder, asn, accesses, first_access, last_access
    from sighted order by account_key, address, period)
    to '{folder}/hand-sighting.parquet' (format parquet, compression zstd);
create table weighed as
with both_sides as (
    select account_key, country as code, accesses * (case kind when 'unknown' then 1 else 2 end) as weight, 0 as disputed
    from sighted where kind in ('access', 'mobile', 'cgnat', 'unknown') and country <> ''
    union all
    select account_key, unnest(named), 0, accesses * (case kind when 'unknown' then 1 else 2 end)
    from sighted where disagree and kind in ('access', 'mobile', 'cgnat', 'unknown'))
select account_key, code, sum(weight)::bigint as weight, sum(disputed)::bigint as disputed from both_sides group by all;
create table placed as
select account_key, case when (2000 * weight + total) // (2 * total) >= 700 and disputed < weight then code else '' end as jurisdiction
from (select *, sum(weight) over (partition by account_key)::bigint as total,
        row_number() over (partition by account_key order by weight desc, code) as place
    from weighed where weight > 0) where place = 1;
create table uploaded as
select object_key, account_key, min(accessed_at) as first_at from access
where action = 'upload' and succeeded and not is_head group by all;
create table listed as
select i.object_key, coalesce(min(i.added_at), min(u.first_at)) as added_at, min(i.sha256) as sha256, min(i.sha1) as sha1, min(i.md5) as md5
from inventory i left join (select object_key, min(first_at) as first_at from uploaded group by all) u using (object_key)
group by i.object_key;
create table novel as
with digests as (
    select object_key, added_at, 'a' || sha256 as digest, true as strongest from listed where sha256 is not null
    union all select object_key, added_at, 'b' || sha1, sha256 is null from listed where sha1 is not null
    union all select object_key, added_at, 'c' || md5, sha256 is null and sha1 is null from listed where md5 is not null),
compared as (
    select *, count(*) over w as objects, count(*) filter (where added_at is null) over w as undated, min(added_at) over w as earliest,
        count(*) filter (where strongest) over w as strong, count(*) filter (where strongest and added_at is null) over w as strong_undated,
        min(added_at) filter (where strongest) over w as strong_earliest
    from digests window w as (partition by digest))
select object_key, not bool_or(case
    when strongest and added_at is null then objects > 1
    when strongest then undated > 0 or earliest < added_at
    when added_at is null then strong > 0
    else strong_undated > 0 or coalesce(strong_earliest < added_at, false) end) as new
from compared group by object_key;
create table contributed as
select account_key, count(*) as objects, count(*) filter (where new) as new_objects
from (select added_by as account_key, object_key from inventory where added_by is not null
    union select account_key, object_key from uploaded where account_key is not null)
join listed using (object_key) left join novel using (object_key) group by account_key;
create table conduct as
with visits as (
    select account_key, object_key, bool_or(done and action in ('view', 'download')) as opened,
        bool_or(done and action = 'download') as downloaded, bool_or(done and action = 'upload') as added
    from acc group by all),
visited as (
    select v.account_key, count(*) filter (where opened) as objects_opened, count(*) filter (where downloaded) as objects_downloaded,
        count(*) filter (where added) as objects_added, count(*) filter (where added and new) as new_objects_added
    from visits v left join novel using (object_key) group by all)
select account_key, min(accessed_at) as first_access, max(accessed_at) as last_access, count(distinct day) as days_active,
    any_value(v.objects_opened) as objects_opened, any_value(v.objects_downloaded) as objects_downloaded,
    any_value(v.objects_added) as objects_added, any_value(v.new_objects_added) as new_objects_added,
    count(*) filter (where not succeeded) as attempts, coalesce(sum(bytes), 0)::bigint as bytes,
    max(day) - min(day) as span
from acc join visited v using (account_key) group by account_key;
create macro added{points:added-objects:objects};
create macro added_new{points:added-new-objects:objects};
create macro on_days{points:persistence:days};
create macro over_span{points:persistence:span};
create macro opened{points:breadth:objects};
create macro opened_of{points:breadth:share};
create macro downloaded{points:downloads:objects};
copy (
    select c.account_key, c.first_access, c.last_access, c.days_active, c.objects_opened, c.objects_downloaded, c.objects_added,
        c.new_objects_added, c.attempts, c.bytes, coalesce(p.jurisdiction, '') as jurisdiction,
        {start} + added(coalesce(k.objects, 0)) + added_new(coalesce(k.new_objects, 0)) + on_days(c.days_active) + over_span(c.span)
        + least({cap}, opened(c.objects_opened) + opened_of(1000 * c.objects_opened // (select count(*) from listed))
            + downloaded(c.objects_downloaded)) as score
    from conduct c left join contributed k using (account_key) left join placed p using (account_key)
    order by score desc, c.account_key)
    to '{folder}/hand-candidate.parquet' (format parquet, compression zstd);
