-- Checks that came back. Where one source answers one check again, its later answer holds; different sources may
-- disagree, and both are kept.
select
    f.account_key, f.check_name, f.paper, f.row, f.state, f.source, f.reference, f.checked_by, f.checked_at,
    f.subject_name, f.subject_email, f.subject_phone, f.name_form, f.email_form, f.phone_form, f.tool, f.level,
    f.tool_version,
    row_number() over (
        partition by f.account_key, f.check_name, f.source, f.tool
        order by f.checked_at desc, f.paper_no desc, f.row desc
    ) > 1 as superseded
from check_first as f
where f.conflict = ''
