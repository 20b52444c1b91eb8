-- The answer to each check: yes, no or unknown. What cannot be told is unknown, never no. `mostly` (thousandths)
-- says from which share of the accesses on a circumstance is that of the account.
select
    c.account_key,
    case
        when c.personal = 0 then 'unknown'
        when 1000 * c.shared >= $mostly * c.personal then 'yes'
        else 'no'
    end as shared_address,
    case
        when c.automated > 0 and 1000 * c.automated >= $mostly * c.said then 'yes'
        when c.objects_in_a_second >= $burst_objects or c.hours_in_a_day >= $tireless_hours then 'yes'
        when c.said = 0 then 'unknown'
        else 'no'
    end as automated_client,
    case
        when c.crawling > 0 then 'yes'
        when c.named + c.hidden = 0 then 'unknown'
        else 'no'
    end as crawler,
    case
        when c.takeover_day is not null then 'yes'
        when c.said = 0 or c.personal = 0 then 'unknown'
        else 'no'
    end as signs_of_compromise,
    case
        when c.compromised is null then 'unknown'
        when c.compromised then 'yes'
        else 'no'
    end as provider_says_compromised,
    case
        when not c.reported then 'unknown'
        when c.reported_victim then 'yes'
        else 'no'
    end as reported_as_victim,
    case
        when c.seconds > $accident_seconds or c.objects_opened > 1 or c.objects_added > 0
            or c.objects_shared > 0 or c.listings > 0 then 'no'
        when c.objects_downloaded > 0 then 'unknown'
        else 'yes'
    end as single_accident,
    case
        when c.portless > 0 and 1000 * c.portless >= $mostly * c.personal then 'yes'
        when c.named = 0 then 'unknown'
        else 'no'
    end as carrier_nat_without_port,
    case
        when c.named > 0 then 'no'
        when c.hidden > 0 and c.unsaid = 0 then 'yes'
        else 'unknown'
    end as only_anonymised_addresses,
    case
        when c.attempts = c.accesses then 'yes'
        when c.attempts + c.without_status >= c.accesses then 'unknown'
        else 'no'
    end as attempts_only
from circumstance as c
