-- The checks that nobody has asked for yet, by account: first those of the field's published order, a child at
-- immediate risk before all others, then the rest by name. What was asked and came back unknown is not asked again.
select
    a.account_key, k.check_name, k.ask, k.place,
    row_number() over (
        partition by a.account_key order by k.place = 0, k.place, k.assessment, k.check_name
    ) as turn
from activity as a
cross join known_check as k
anti join check_state as s on s.account_key = a.account_key and s.check_name = k.check_name
