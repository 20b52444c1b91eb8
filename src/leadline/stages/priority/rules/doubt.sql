-- The answers to all checks with their reasons, the figures that they rest on: one list an account, by name.
select
    d.account_key,
    [
        {
            'check': 'attempts-only',
            'state': d.attempts_only,
            'reason':
                cast(c.attempts as varchar) || ' of ' || cast(c.accesses as varchar) || ' accesses did not succeed, '
                    || cast(c.without_status as varchar) || ' have no status'
        },
        {
            'check': 'automated-client',
            'state': d.automated_client,
            'reason':
                case
                    when d.automated_client = 'unknown' then 'no access names its client program'
                    else cast(c.automated as varchar) || ' of ' || cast(c.said as varchar)
                        || ' accesses that name a client name a program without a person'
                        || case
                            when c.paced then '; at most ' || cast(c.objects_in_a_second as varchar)
                                || ' objects opened within a second, at most ' || cast(c.hours_in_a_day as varchar)
                                || ' hours of a day with accesses'
                            else '; on no day so many accesses that no person could have made them'
                        end
                end
        },
        {
            'check': 'carrier-nat-without-port',
            'state': d.carrier_nat_without_port,
            'reason':
                case
                    when d.carrier_nat_without_port = 'unknown'
                        then 'no table says that an address is a line, a phone or a carrier''s gateway'
                    else cast(c.portless as varchar) || ' of ' || cast(c.personal as varchar)
                        || ' accesses from addresses of subscribers come through a carrier''s gateway '
                        || 'without a source port'
                end
        },
        {
            'check': 'crawler',
            'state': d.crawler,
            'reason':
                case
                    when d.crawler = 'unknown' then 'no table says what the addresses are used for'
                    else cast(c.crawling as varchar) || ' of ' || cast(c.accesses as varchar)
                        || ' accesses come from addresses that a table lists as a crawler''s'
                end
        },
        {
            'check': 'only-anonymised-addresses',
            'state': d.only_anonymised_addresses,
            'reason':
                case
                    when d.only_anonymised_addresses = 'unknown'
                        then 'no table says what some of the addresses are used for; '
                    else ''
                end
                    || cast(c.hidden as varchar) || ' of ' || cast(c.accesses as varchar)
                    || ' accesses come from anonymisers or hosting, ' || cast(c.named as varchar)
                    || ' from lines, phones or carriers'' gateways'
        },
        {
            'check': 'provider-says-compromised',
            'state': d.provider_says_compromised,
            'reason':
                case
                    when c.compromised is null and not c.has_record
                        then 'the tip holds no record of the account, and no report says'
                    when c.compromised is null then 'the record of the account does not say, nor does a report'
                    when c.compromised
                        then 'the provider marks the account as compromised, '
                            || case
                                when c.flagged_in_record and c.flagged_in_report then 'in its record and in a report'
                                when c.flagged_in_record then 'in its record'
                                else 'in a report'
                            end
                            || case when c.flag_disputed then ', and as not compromised elsewhere' else '' end
                    else 'the provider marks the account as not compromised'
                end
        },
        {
            'check': 'reported-as-victim',
            'state': d.reported_as_victim,
            'reason':
                case d.reported_as_victim
                    when 'yes' then 'a report of the provider names the account as a victim''s'
                    when 'no' then 'reports speak of the account, and none names it as a victim''s'
                    else 'no report speaks of the account'
                end
        },
        {
            'check': 'shared-address',
            'state': d.shared_address,
            'reason':
                case
                    when d.shared_address = 'unknown' then 'no access comes from an address that a subscriber may have'
                    else cast(c.shared as varchar) || ' of ' || cast(c.personal as varchar)
                        || ' accesses from addresses of subscribers come from where '
                        || cast($shared_address_accounts as varchar) || ' or more accounts were seen in the same period'
                end
        },
        {
            'check': 'signs-of-compromise',
            'state': d.signs_of_compromise,
            'reason':
                case
                    when d.signs_of_compromise = 'yes'
                        then 'on ' || c.takeover_day || ' the first access from ' || c.to_country
                            || ' was also the first with another client, while ' || c.from_country || ' was in use'
                    when c.said = 0 then 'no access names its client program'
                    when d.signs_of_compromise = 'unknown'
                        then 'no access comes from an address that a subscriber may have'
                    else 'country and client never changed at the same access while the former place was in use'
                end
        },
        {
            'check': 'single-accident',
            'state': d.single_accident,
            'reason':
                case
                    when d.single_accident = 'unknown'
                        then 'one object downloaded once: the log does not show whether a person chose to; '
                    else ''
                end
                    || cast(c.accesses as varchar) || ' accesses within ' || span_in_words(c.seconds) || ', '
                    || cast(c.objects_opened as varchar) || ' objects opened, ' || cast(c.objects_downloaded as varchar)
                    || ' downloaded'
        }
    ] as doubts
from doubt_state as d
inner join circumstance as c on c.account_key = d.account_key
