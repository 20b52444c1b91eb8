"""Resolution requests: one CSV a record holder, written by the machine so that nobody types an address again."""

from __future__ import annotations

import csv
import hashlib
import re
from typing import TYPE_CHECKING, Any

from leadline.errors import WrongUsage
from leadline.facts.tables import RequestRow
from leadline.inquiry.candidates import expiry, plain, rows_of
from leadline.stages.answers.forms import ANSWER_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from leadline.inquiry.runs import RunView

COLUMNS = (
    "request_id",
    "check_digit",
    "holder",
    "country",
    "asn",
    "address",
    "port",
    "instant_utc",
    "instant_local",
    "zone",
    "records_may_be_gone_on",
    "resolvable",
)
"""What a record holder needs, and nothing about the account."""
FORM = (*COLUMNS, *ANSWER_COLUMNS)
"""The same as a form: the columns behind them are empty, for the record holder to fill in."""
_SELECT = """
select r.request_id, r.check_digit, r.holder, r.country, r.asn, r.remote_ip as address, r.remote_port as port,
       r.accessed_at as instant_utc, r.local_time as instant_local, r.zone,
       r.evidence_expires as records_may_be_gone_on, r.resolvable
from request as r
where $holder is null or r.holder = $holder
order by r.holder, r.country, r.evidence_expires nulls first, r.accessed_at, r.request_id
"""
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def select_requests(view: RunView, *, holder: str | None = None) -> Iterator[dict[str, Any]]:
    """Request rows by holder, the soonest loss first (unknown is soonest), with the keys :data:`COLUMNS`."""
    with view.engine(RequestRow) as engine:
        for row in rows_of(engine.stream(_SELECT, {"holder": holder})):
            gone = expiry(row["records_may_be_gone_on"])
            yield {**{key: plain(value) for key, value in row.items()}, "records_may_be_gone_on": gone}


def write_requests(rows: Iterable[dict[str, Any]], folder: Path) -> dict[str, int]:
    """One CSV a holder and country in ``folder``; returns file names and their rows.

    A file that is already there is never overwritten (:class:`WrongUsage`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, int] = {}
    open_name, stream, writer = "", None, None
    try:
        for row in rows:
            name = file_name(str(row["holder"]), str(row["country"]))
            if name != open_name:
                if stream:
                    stream.close()
                target = folder / name
                if target.exists():
                    raise WrongUsage(f"{target} is there already.", advice="Name an empty folder with --out.")
                stream = target.open("w", newline="", encoding="utf-8")
                writer = csv.DictWriter(stream, FORM, restval="")
                writer.writeheader()
                open_name = name
                written[name] = 0
            if writer is not None:
                writer.writerow({key: "" if row[key] is None else row[key] for key in COLUMNS})
            written[open_name] += 1
    finally:
        if stream:
            stream.close()
    return written


def file_name(holder: str, country: str) -> str:
    """A file name for a holder that two holders never share."""
    readable = _UNSAFE.sub("-", holder).strip("-").lower()[:40] or "holder"
    mark = hashlib.sha256(f"{holder}\n{country}".encode()).hexdigest()[:8]
    return f"requests-{(country or 'xx').lower()}-{readable}-{mark}.csv"
