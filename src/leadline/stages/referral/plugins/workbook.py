"""Leads as a workbook for people: the same rows as the CSV, every cell text, with what to read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.documents.sheets import xlsx_bytes
from leadline.stages.referral.columns import SCORE_NOTE
from leadline.stages.referral.contract import DocumentFormat, Dossier, Example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.stages.referral.contract import File


def _files(dossier: Dossier) -> Iterator[File]:
    order = dossier.order
    sheets = [("Leads", dossier.columns(dossier.leads), dossier.texts(dossier.leads))]
    if dossier.to_verify:
        sheets.append(("To verify", dossier.columns(dossier.to_verify), dossier.texts(dossier.to_verify)))
    notes = (
        f"{order.handling.tlp} {order.handling.pap} {order.handling.words_of_codes()} {order.handling.evaluation}",
        f"{order.referral} from {order.sender} to {order.partner_name}, package {dossier.sequence}",
        f"Authority: {order.handling.authority}",
        f"{SCORE_NOTE[0].upper()}{SCORE_NOTE[1:]}",
        "A person is an account holder, and no more, until an outcome says otherwise.",
        "An apostrophe before a cell keeps the spreadsheet from reckoning with it; the exact text is in leads.jsonl.",
    )
    yield "leads.xlsx", [xlsx_bytes(sheets, notes=notes)]


PLUGIN = DocumentFormat(
    name="workbook", title="leads for people (workbook)", files=_files, examples=(Example("leads.xlsx"),)
)
