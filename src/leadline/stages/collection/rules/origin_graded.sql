-- Candidates for each role, and how sure each is: a grade of the evidence, no probability. A creator is sought only
-- where the evidence reaches back to the beginning. `firm` takes two sources, the provider's inventory and an upload
-- in the logs, for most of what the account added. It is `weak` where a source names another account, and where the
-- logs, which cover the time, show nothing that the account did.
select
    'creator' as role, p.account_key,
    case
        when p.first_access is null then 'weak'
        when p.first_disputed = 0 and p.very_first > 0 and o.first_objects >= $firm_objects
            and p.first_objects * 1000 >= o.first_objects * $firm_share and p.first_by_both * 2 >= p.first_objects
            then 'firm'
        when p.first_disputed = 0 and p.very_first > 0 and p.first_objects * 1000 >= o.first_objects * $fair_share
            then 'fair'
        else 'weak'
    end as sure,
    p.first_objects as weight,
    p.before_listed as weight_after
from origin_person as p
cross join origin as o
where o.state = 'answered' and (p.first_objects > 0 or p.before_listed > 0 or p.came_first)
union all
select
    'grower' as role, p.account_key,
    case
        when p.disputed * 2 > p.objects_added or p.first_access is null then 'weak'
        when p.by_both * 2 >= p.objects_added then 'firm'
        else 'fair'
    end as sure,
    p.objects_added - case when o.state = 'answered' then p.first_objects else 0 end as weight,
    p.new_objects as weight_after
from origin_person as p
cross join origin as o
where p.objects_added > case when o.state = 'answered' then p.first_objects else 0 end
