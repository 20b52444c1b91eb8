"""Leads as a CSV for people: cells that no spreadsheet reckons with, in the order of work; requests to verify apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.documents.sheets import csv_bytes
from leadline.stages.referral.contract import FORMULA, DocumentFormat, Dossier, Example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.stages.referral.contract import File


def _files(dossier: Dossier) -> Iterator[File]:
    yield "leads.csv", csv_bytes(dossier.columns(dossier.leads), dossier.texts(dossier.leads))
    if dossier.to_verify:
        yield "to-verify.csv", csv_bytes(dossier.columns(dossier.to_verify), dossier.texts(dossier.to_verify))


PLUGIN = DocumentFormat(
    name="people-csv",
    title="leads for people (CSV)",
    files=_files,
    examples=(
        Example(
            "leads.csv",
            holds=(f",'{FORMULA},account-holder,", ",breadth:240,", "240.0.0.9|2001:db8::9"),
            lacks=("acct-3",),
        ),
        Example("to-verify.csv", holds=("acct-3", "0.410"), lacks=("acct-2", "level", "score", "reasons")),
    ),
)
