"""What the page of an examination shows: counts as bars, sets and categories, leads, groups, and custody by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadline.casefile.devices import view_of
from leadline.casefile.evidence import agency_code
from leadline.casefile.queries.devices import leads_beside
from leadline.casefile.queries.leads import names_of
from leadline.errors import ApprovalMissing
from leadline.handover import ladder
from leadline.inquiry.device_summary import by_account, by_category, by_set, page_of_groups
from leadline.stages.devices.unread import next_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadline.casefile.models import Examination, Member
    from leadline.handover import Step
    from leadline.inquiry.findings import ExaminationView

SIZE = 25
_SAYS = {
    "cache-opened": "in the cache, and the lead's account opened it",
    "cache": "in the cache",
    "known": "listed by a hash set",
    "near": "looks like a known one: a candidate, never an identity",
    "unknown": "in nothing that was asked; not harmless for that",
    "ignorable": "published software, or empty",
    "unreadable": "its content could not be read",
}


def result_of(row: Examination, stated: str, *, actor: Member) -> dict[str, Any]:
    """Everything that a complete examination shows; of a listing whose rows are withheld, counts alone."""
    view = view_of(row)
    told = {
        "record": view.record,
        "bars": bars(view.record["classes"]),
        "next_steps": next_steps(view.record["not_read"]),
        "ladder": ladder_of(row, actor=actor),
    }
    try:
        return {**told, **_rows(row, view, stated, actor)}
    except ApprovalMissing:
        return {**told, "withheld": True}


def bars(classes: Mapping[str, int]) -> list[dict[str, Any]]:
    """One row a class, its share of all files as a width in a hundred."""
    whole = max(1, sum(classes.values()))
    return [
        {"name": name, "says": _SAYS[name], "files": files, "width": f"{100 * files / whole:.2f}"}
        for name, files in classes.items()
    ]


def _rows(row: Examination, view: ExaminationView, stated: str, actor: Member) -> dict[str, Any]:
    leads = {lead.account_key: lead for lead in leads_beside(row.exhibit, actor=actor)}
    if row.lead:
        leads[row.lead.account_key] = row.lead
    pages = max(1, -(-view.record["to_look_at"] // SIZE))
    page = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    return {
        "sets": by_set(view),
        "categories": by_category(view),
        "leads": [{**met, "lead": leads[met["account_key"]]} for met in by_account(view, sorted(leads))],
        "groups": page_of_groups(view, agency=agency_code(actor), skip=(page - 1) * SIZE, size=SIZE),
        "page": page, "pages": pages, "before": page - 1, "after": page + 1,
    }  # fmt: skip


def ladder_of(row: Examination, *, actor: Member) -> tuple[Step, ...]:
    """The custody of the source as the log has it, with colleagues by their names."""
    steps = ladder(view_of(row).workspace, row.examination)
    names = names_of({step.who for step in steps}, actor=actor)
    return tuple(replace(step, who=names.get(step.who, step.who)) for step in steps)
