"""Leads for machines: one JSON object a line, exact, with exactly the order's columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadline.stages.referral.contract import FORMULA, DocumentFormat, Dossier, Example

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from leadline.stages.referral.contract import File

_PIECE = 1000


def _files(dossier: Dossier) -> Iterator[File]:
    yield "leads.jsonl", _lines(dossier.leads)
    if dossier.to_verify:
        yield "to-verify.jsonl", _lines(dossier.to_verify)


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        yield "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in piece).encode()


PLUGIN = DocumentFormat(
    name="machine-jsonl",
    title="leads for machines (JSON lines)",
    files=_files,
    examples=(
        Example("leads.jsonl", holds=(f'"account_key":"{FORMULA}"', '"confidence":0.913'), lacks=("acct-3",)),
        Example("to-verify.jsonl", holds=('"confidence":0.41',), lacks=('"level"', '"score"')),
    ),
)
