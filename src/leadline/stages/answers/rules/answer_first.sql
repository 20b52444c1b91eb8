-- Rows that fit their request. The same answer to the same request a second time, in one paper or in two, is
-- repeated and counts once.
select
    m.*,
    row_number() over (
        partition by m.request_id, m.answer, m.subscriber_key, m.name_form, m.email_form, m.phone_form, m.service_address,
            m.valid_from, m.valid_to
        order by m.paper_no, m.row
    ) as place
from answer_met as m
where m.reason = ''
