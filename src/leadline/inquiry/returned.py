"""What became of every row that came back after the tip: accepted, or refused with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables import AnswerRow, CheckRow, DeviceResultRow, ReturnedRejectRow
from leadline.inquiry.candidates import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.inquiry.runs import RunView

COLUMNS = ("kind", "paper", "row", "state", "reason", "detail", "request_id", "account_key", "text_sha256")
_SELECT = """
with found as (
    select 'answers' as kind, a.paper, a.row, 'accepted' as state, '' as reason, a.answer as detail, a.request_id,
           a.account_key, '' as text_sha256
    from answer as a
    where a.conflict = ''
    union all
    select 'checks', c.paper, c.row, 'accepted', '', c.check_name || ': ' || c.state, '', c.account_key, ''
    from returned_check as c
    union all
    select 'devices', d.paper, 1, 'accepted', '', d.examination, '', d.account_key, ''
    from device_result as d
    union all
    select r.kind, r.paper, r.row, 'refused', r.reason, r.detail, r.request_id, '', r.text_sha256
    from returned_reject as r
)
select f.* from found as f
where not $refused or f.state = 'refused'
order by f.kind, f.paper, f.row, f.account_key
"""


def select_returned(view: RunView, *, refused: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of every paper of the run's tip with the keys :data:`COLUMNS`; only the refused ones if ``refused``."""
    with view.engine(AnswerRow, CheckRow, DeviceResultRow, ReturnedRejectRow) as engine:
        yield from rows_of(engine.stream(_SELECT, {"refused": refused}))
