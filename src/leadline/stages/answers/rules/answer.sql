-- The answers that fit, each once, with what contradicts them and how near the instant lies to the end of a lease.
select
    f.account_key, f.request_id, f.paper, f.row, f.holder, f.country, f.kind, f.address, f.remote_ip, f.remote_port,
    f.accessed_at, f.answer,
    case when f.answer = 'subscriber' then f.subscriber else '' end as subscriber,
    case when f.answer = 'subscriber' then f.subscriber_key else '' end as subscriber_key,
    case when f.answer = 'subscriber' then f.subscriber_name else '' end as subscriber_name,
    case when f.answer = 'subscriber' then f.subscriber_email else '' end as subscriber_email,
    case when f.answer = 'subscriber' then f.subscriber_phone else '' end as subscriber_phone,
    case when f.answer = 'subscriber' then f.service_address else '' end as service_address,
    case when f.answer = 'subscriber' then f.name_form else '' end as name_form,
    case when f.answer = 'subscriber' then f.email_form else '' end as email_form,
    case when f.answer = 'subscriber' then f.phone_form else '' end as phone_form,
    f.valid_from, f.valid_to, f.source,
    f.looked_up as read_back,
    case
        when f.answer = 'subscriber' then least(
            (micros(f.accessed_at) - micros(f.valid_from)) // 1000000,
            (micros(f.valid_to) - micros(f.accessed_at)) // 1000000
        )
    end as margin_seconds,
    c.conflict
from answer_first as f
inner join answer_conflict as c on c.paper = f.paper and c.row = f.row
where f.place = 1
