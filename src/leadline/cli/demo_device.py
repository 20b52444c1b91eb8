"""The demo's device: invent one for a lead, examine it, and say what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leadline.cli.options import put_table, say

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.facts.runs import Progress
    from leadline.inquiry.runs import RunView

_AUTHORITY = "TRAINING: no order; an invented device"
_LEAD = "select c.account_key from candidate as c where c.objects_opened >= 5 order by c.rank limit 1"
_OBJECTS = """
select i.sha256, max(case when a.object_key is not null then 1 else 0 end) as opened
from inventory as i
left join access as a
    on a.object_key = i.object_key and a.account_key = $account and a.relevant and a.succeeded and not a.is_head
        and a.action in ('view', 'download')
where i.sha256 is not null
group by i.sha256
order by i.sha256
"""
_MOST, _OTHERS = 20, 6


def examine_invented_device(target: Path, folder: Path, *, seed: int, progress: Progress) -> bool:
    """Examine an invented device of a lead of the last run, once a workspace; whether it was done now."""
    from leadline.examination import COMPLETED, examine
    from leadline.inquiry.runs import open_run
    from leadline.seal.log import Log

    if any(entry.action == COMPLETED for entry in Log.open(target).entries()):
        return False
    account = _invent(open_run(target), folder, seed=seed)
    if account is None:
        return False
    done = examine(target, folder, authority=_AUTHORITY, account=account, progress=progress)
    click.echo("")
    put_table(((name, f"{count:,}") for name, count in done.record["classes"].items()), ("an invented device", "files"))
    unknown = done.record["unknown_media"]["groups"]
    say(f"TRAINING: the device in {folder} was examined for {account}; {unknown} groups of pictures are unknown.")
    return True


def _invent(view: RunView, folder: Path, *, seed: int) -> str | None:
    """Write the device where it is not there yet; the account whose it is, None where no lead opened enough."""
    from leadline.facts.tables import AccessRow, CandidateRow, InventoryRow
    from leadline.synthetic.device import invent_device

    with view.engine(CandidateRow, AccessRow, InventoryRow) as engine:
        leads = engine.rows(_LEAD)
        if not leads:
            return None
        account = str(leads[0]["account_key"])
        rows = engine.rows(_OBJECTS, {"account": account})
        objects = engine.count("inventory")
    if not folder.exists():
        opened = [str(row["sha256"]) for row in rows if row["opened"] == 1][:_MOST]
        others = [str(row["sha256"]) for row in rows if row["opened"] == 0][:_OTHERS]
        invent_device(folder, seed=seed, objects=objects, opened=opened, others=others)
    return account
