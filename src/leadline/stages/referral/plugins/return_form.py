"""The form in which a partner says what came of each lead: CSV, workbook and JSON, the same rows in all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadline.documents.sheets import csv_bytes, xlsx_bytes
from leadline.stages.referral.contract import DocumentFormat, Dossier, Example
from leadline.vocabulary.returns import COLUMNS, HOW_TO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.stages.referral.contract import File


def _files(dossier: Dossier) -> Iterator[File]:
    rows = [
        [str(row["lead"]), str(row["check"]), *[""] * (len(COLUMNS) - 2)]
        for row in (*dossier.leads, *dossier.to_verify)
    ]
    yield "return-form.csv", csv_bytes(COLUMNS, rows)
    yield "return-form.xlsx", [xlsx_bytes([("Returns", COLUMNS, rows)], notes=HOW_TO)]
    listed = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    form = {"referral": dossier.order.referral, "how_to": list(HOW_TO), "rows": listed}
    yield "return-form.json", [json.dumps(form, ensure_ascii=False, indent=1).encode()]


PLUGIN = DocumentFormat(
    name="return-form",
    title="return form",
    files=_files,
    examples=(
        Example("return-form.csv", holds=("lead,check,outcome,", "P-0123456789abcdef-00003,"), lacks=("acct",)),
        Example("return-form.json", holds=('"referral": "P-0123456789abcdef"',), lacks=("acct",)),
        Example("return-form.xlsx"),
    ),
)
