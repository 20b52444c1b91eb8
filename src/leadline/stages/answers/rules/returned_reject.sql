-- Every row of every paper that was refused, with the first reason. Answers that contradict one another are refused
-- together: which of them is right is not for Leadline to say.
select
    m.paper, m.row, 'answers' as kind, m.reason, m.detail,
    case when m.known then m.request_id else '' end as request_id, m.text_sha256
from answer_met as m
where m.reason not in ('', 'unanswered')
union all
select
    f.paper, f.row, 'answers' as kind, 'repeated' as reason, '' as detail, f.request_id, f.text_sha256
from answer_first as f
where f.place > 1
union all
select
    f.paper, f.row, 'answers' as kind, c.conflict as reason, '' as detail, f.request_id, f.text_sha256
from answer_first as f
inner join answer_conflict as c on c.paper = f.paper and c.row = f.row
where f.place = 1 and c.conflict <> ''
union all
select c.paper, c.row, 'checks' as kind, c.reason, c.detail, '' as request_id, c.text_sha256
from check_met as c
where c.reason <> ''
union all
select f.paper, f.row, 'checks' as kind, f.conflict as reason, '' as detail, '' as request_id, f.text_sha256
from check_first as f
where f.conflict <> ''
union all
select
    r.paper, r.row, 'devices' as kind, r.reason,
    case when r.problem <> '' then r.problem else r.missing end as detail,
    '' as request_id, r.text_sha256
from result_met as r
where r.reason <> ''
