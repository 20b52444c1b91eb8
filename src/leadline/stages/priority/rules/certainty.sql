-- How sure it is that the account's holder did what the account did, from the doubts alone.
-- unknown: nothing leads to a subscriber (only anonymisers, or a carrier's gateway without any port), or somebody
-- else is named (the provider says that the account was taken over, a table says crawler), or a report names the holder
-- as a victim: who did it, and under whose pressure, is then open.
-- weak: any other doubt, or too little seen from lines that have one subscriber.
-- firm: no doubt, no open check but the provider's own flag, and most accesses from lines with one subscriber.
select
    d.account_key,
    case
        when 'yes' in (d.provider_says_compromised, d.reported_as_victim, d.crawler) or c.personal = 0 then 'unknown'
        when c.personal > 0 and c.portless = c.personal then 'unknown'
        when 'yes' in (
            d.shared_address, d.automated_client, d.signs_of_compromise, d.single_accident,
            d.carrier_nat_without_port, d.only_anonymised_addresses, d.attempts_only
        ) then 'weak'
        when 'unknown' in (
            d.shared_address, d.automated_client, d.crawler, d.signs_of_compromise, d.single_accident,
            d.carrier_nat_without_port, d.only_anonymised_addresses, d.attempts_only
        ) then 'weak'
        when 1000 * c.at_lines >= $mostly * c.accesses then 'firm'
        else 'weak'
    end as holder_certainty
from doubt_state as d
inner join circumstance as c on c.account_key = d.account_key
