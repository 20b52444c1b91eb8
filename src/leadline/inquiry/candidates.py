"""Ranked candidates, in the contract's keys, as values for JSON and as text for CSV."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from leadline.errors import WrongUsage
from leadline.facts.tables import CandidateRow
from leadline.facts.tables.base import schema_of
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from leadline.inquiry.runs import RunView

COLUMNS: tuple[str, ...] = tuple(schema_of(CandidateRow).names)
SCORE_NOTE = "score: priority points in thousandths, an order of work; no probability and no measure of guilt."


def select_candidates(
    view: RunView, *, jurisdiction: str | None = None, level: str | None = None, top: int | None = None
) -> pa.RecordBatchReader:
    """Candidates by rank as Arrow batches (columns :data:`COLUMNS`); all rows unless ``top``.

    ``jurisdiction`` is an ISO code, or ``-`` for those abstained on. :class:`WrongUsage` for a level that there
    is not.
    """
    if level is not None and level not in tuple(Level):
        raise WrongUsage(f"there is no level {level!r}.", advice=f"Known: {', '.join(Level)}.")
    wanted = None if jurisdiction is None else jurisdiction.upper().replace("-", "")
    listed = ", ".join(f'c."{name}"' for name in COLUMNS)
    sql = (
        f"select {listed} from candidate as c"
        " where ($code is null or c.jurisdiction = $code) and ($level is null or c.level = $level)"
        " order by c.rank limit coalesce(cast($top as bigint), 9223372036854775807)"
    )
    with view.engine(CandidateRow) as engine:
        batches = list(engine.stream(sql, {"code": wanted, "level": level, "top": top}))
        schema = schema_of(CandidateRow)
    import pyarrow

    return pyarrow.RecordBatchReader.from_batches(
        schema,
        (pyarrow.Table.from_batches([batch]).cast(schema).to_batches()[0] for batch in batches if batch.num_rows),
    )


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """One candidate as plain JSON values: shares and confidence as numbers with three decimals."""
    shown = {key: plain(value) for key, value in row.items()}
    shown["confidence"] = row["confidence"] / 1000
    shown["jurisdictions"] = [{"code": item["code"], "share": item["share"] / 1000} for item in row["jurisdictions"]]
    shown["evidence_expires"] = expiry(row["evidence_expires"])
    return shown


def as_text(row: dict[str, Any]) -> dict[str, str]:
    """One candidate as CSV text: lists joined by `|`, reasons as `factor:points`, doubts as `check:state`."""
    shown = {key: _text(value) for key, value in row.items()}
    shown["confidence"] = decimals(row["confidence"])
    shown["jurisdictions"] = "|".join(f"{item['code']}:{decimals(item['share'])}" for item in row["jurisdictions"])
    shown["reasons"] = "|".join(f"{item['factor']}:{item['points']}" for item in row["reasons"])
    shown["doubts"] = "|".join(f"{item['check']}:{item['state']}" for item in row["doubts"])
    shown["evidence_expires"] = expiry(row["evidence_expires"])
    return shown


def rows_of(batches: pa.RecordBatchReader) -> Iterator[dict[str, Any]]:
    """The rows of a stream, one dictionary each."""
    for batch in batches:
        yield from batch.to_pylist()


def decimals(thousandths: int) -> str:
    """Thousandths with three decimals: 612 is `0.612`."""
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def expiry(when: date | None) -> str:
    """A date, or the word `unknown`: never an empty field that might be read as safe."""
    return when.isoformat() if when else "unknown"


def plain(value: object) -> Any:
    """A value that JSON can hold; instants end with Z."""
    match value:
        case datetime():
            return iso_z(value)
        case date():
            return value.isoformat()
        case list():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
    return value


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return "|".join(_text(item) for item in value)
        case dict():
            return ":".join(_text(item) for item in value.values())
    return str(plain(value))
