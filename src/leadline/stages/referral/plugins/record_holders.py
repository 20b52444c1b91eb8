"""Resolution and preservation requests, one CSV a record holder, ready to be passed on: nothing about accounts."""

from __future__ import annotations

import hashlib
import re
from itertools import groupby
from typing import TYPE_CHECKING

from leadline.documents.sheets import csv_bytes
from leadline.stages.referral.contract import DocumentFormat, Dossier, Example

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from leadline.stages.referral.contract import File

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def _files(dossier: Dossier) -> Iterator[File]:
    for (name, country), rows in groupby(sorted(dossier.requests, key=_holder), _holder):
        listed = list(rows)
        cells = (["" if value is None else _text(value) for value in row.values()] for row in listed)
        yield f"requests/{_file_name(name, country)}", csv_bytes(tuple(listed[0]), cells)


def _holder(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["holder"], row["country"]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _file_name(holder: str, country: str) -> str:
    readable = _UNSAFE.sub("-", holder).strip("-").lower()[:40] or "holder"
    mark = hashlib.sha256(f"{holder}\n{country}".encode()).hexdigest()[:8]
    return f"requests-{(country or 'xx').lower()}-{readable}-{mark}.csv"


PLUGIN = DocumentFormat(
    name="record-holders",
    title="requests per record holder",
    files=_files,
    examples=(
        Example(
            "requests/requests-nz-example-access-" + hashlib.sha256(b"Example Access\nNZ").hexdigest()[:8] + ".csv",
            holds=("Q-1,7K,Example Access,NZ,64500,240.0.0.9,51515,", ",unknown,true,yes"),
            lacks=("acct",),
        ),
    ),
)
