-- What each request did to which object: the first of up to eight patterns of the tip that matches wins. A place that
-- is not needed asks for a method that no request has. Only what may be kept comes out: listings, uploads, and what was
-- done to a listed object. Where the tip has more patterns ($more), all that match stay, so that no later pattern is
-- asked about them; nor is it where an earlier one of these matched.
with chosen as (
    select
        s.line, s.path,
        case
            when ($method_1 = '' or s.method = $method_1) and whole_match(s.path, $whole_1) then 1
            when ($method_2 = '' or s.method = $method_2) and whole_match(s.path, $whole_2) then 2
            when ($method_3 = '' or s.method = $method_3) and whole_match(s.path, $whole_3) then 3
            when ($method_4 = '' or s.method = $method_4) and whole_match(s.path, $whole_4) then 4
            when ($method_5 = '' or s.method = $method_5) and whole_match(s.path, $whole_5) then 5
            when ($method_6 = '' or s.method = $method_6) and whole_match(s.path, $whole_6) then 6
            when ($method_7 = '' or s.method = $method_7) and whole_match(s.path, $whole_7) then 7
            when ($method_8 = '' or s.method = $method_8) and whole_match(s.path, $whole_8) then 8
        end as no
    from said as s
    where s.path <> '' and not exists (select 1 as taken from asked as a where a.line = s.line)
),
matched as (
    select
        c.line,
        case c.no
            when 1 then pattern_fields(c.path, $pattern_1, $names_1)
            when 2 then pattern_fields(c.path, $pattern_2, $names_2)
            when 3 then pattern_fields(c.path, $pattern_3, $names_3)
            when 4 then pattern_fields(c.path, $pattern_4, $names_4)
            when 5 then pattern_fields(c.path, $pattern_5, $names_5)
            when 6 then pattern_fields(c.path, $pattern_6, $names_6)
            when 7 then pattern_fields(c.path, $pattern_7, $names_7)
            else pattern_fields(c.path, $pattern_8, $names_8)
        end as f,
        case c.no
            when 1 then $action_1 when 2 then $action_2 when 3 then $action_3 when 4 then $action_4
            when 5 then $action_5 when 6 then $action_6 when 7 then $action_7 else $action_8
        end as action
    from chosen as c
    where c.no is not null
)
select m.line, m.action, m.f.object as object_key, m.f.account as account_key, m.f.cache as cache_key
from matched as m
where $more or m.action in ('list', 'upload')
union all
select m.line, m.action, m.f.object as object_key, m.f.account as account_key, m.f.cache as cache_key
from matched as m
semi join listed_object as o on o.object_key = m.f.object
where not $more and m.action not in ('list', 'upload')
