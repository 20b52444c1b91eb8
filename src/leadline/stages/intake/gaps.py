"""What a tip lacks, as short sentences that tell the unit what to ask the provider for."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from leadline.stages.intake.columns import PARQUET, RECORD_FORMATS
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadline.seal.manifest import TipFile
    from leadline.stages.intake.declaration import Declaration
    from leadline.stages.intake.examination import Examined

_PORT_FORMATS = {"cloudfront", "elb", "azure-gateway"}
_PORTLESS_FORMATS = {"combined", "s3"}
_PORT_KEYS = {"cloudflare": '"ClientSrcPort"', "nginx-json": '"remote_port"'}
"""Formats whose provider chooses the keys → the key that holds the port, as its lines spell it."""
_NAMED = {*RECORD_FORMATS, PARQUET}
_MOST_SPANS = 20


def gaps_of(declaration: Declaration, files: Sequence[tuple[TipFile, Examined]]) -> tuple[str, ...]:
    """All gaps, each beginning with its code, in a fixed order."""
    logs = [(file, seen) for file, seen in files if file.kind == FileKind.ACCESS_LOG]
    inventories = [file for file, _ in files if file.kind == FileKind.INVENTORY]
    found = [
        *_of_tip(declaration, files),
        *_of_inventories(inventories),
        *_each("no-port", "the client's source port in", (file.path for file, seen in logs if _lacks_port(file, seen))),
        *_each("no-status", "the result (status) of each request in", (f.path for f, _ in logs if _lacks(f, "status"))),
        *_each("no-account", "the account of each request in", (f.path for f, _ in logs if _lacks(f, "account_key"))),
        *_each(
            "no-zone-proof",
            "written proof of the clock's time zone for",
            (f.path for f, seen in files if f.zone or seen.unzoned),
        ),
        *_days_missing(logs),
    ]
    return tuple(found)


def _of_tip(declaration: Declaration, files: Sequence[tuple[TipFile, Examined]]) -> Iterable[str]:
    kinds = {file.kind for file, _ in files}
    if not declaration.reference:
        yield "no-tip-reference: ask for the provider's reference of this tip."
    if FileKind.ACCESS_LOG not in kinds:
        yield "no-access-log: ask for the access logs of the cache."
    if FileKind.ACCOUNTS not in kinds:
        yield "no-account-records: ask for the records of the accounts that the logs name."
    if FileKind.INVENTORY not in kinds:
        yield "no-inventory: ask for a list of the objects in the cache; without it no access is relevant."


def _of_inventories(inventories: Sequence[TipFile]) -> Iterable[str]:
    ours = {name for file in inventories for name in file.columns.values()}
    if inventories and "added_at" not in ours:
        yield "no-inventory-dates: ask when each object was added and removed."
    if inventories and not ours & {"md5", "sha1", "sha256"}:
        yield "no-inventory-digests: ask for the digests (SHA-256, SHA-1 or MD5) of the objects."


def _each(code: str, what: str, paths: Iterable[str]) -> Iterable[str]:
    named = sorted(paths)
    if named:
        shown = ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
        yield f"{code}: ask for {what} {shown}."


def _lacks(log: TipFile, column: str) -> bool:
    return log.format in _NAMED and column not in log.columns.values()


def _lacks_port(log: TipFile, seen: Examined) -> bool:
    """Whether no line can carry a port; of a format that nobody knows here, nothing is said."""
    if log.format in _PORTLESS_FORMATS:
        return True
    if log.format == "w3c":
        return not any(line.startswith("#Fields:") and " c-port" in line for line in seen.lines())
    if log.format in _PORT_KEYS:
        mapped = "remote_port" in log.columns.values()
        return not mapped and not any(_PORT_KEYS[log.format] in line for line in seen.lines())
    return log.format not in _PORT_FORMATS and _lacks(log, "remote_port")


def _days_missing(logs: Sequence[tuple[TipFile, Examined]]) -> Iterable[str]:
    """Days without a line between the first and the last; said only where all logs are in order of time."""
    told = [(file, seen.days) for file, seen in logs if seen.unpacked]
    if not told or not all(days.ordered and days.seen and not _may_hold_other_dates(file) for file, days in told):
        return
    present = sorted(set[date]().union(*(days.seen for _, days in told)))
    spans = [
        (before + timedelta(days=1), after - timedelta(days=1))
        for before, after in pairwise(present)
        if (after - before).days > 1
    ]
    shown = [f"{first}..{last}" if first < last else f"{first}" for first, last in spans[:_MOST_SPANS]]
    more = f" and {len(spans) - _MOST_SPANS} more spans" if len(spans) > _MOST_SPANS else ""
    if shown:
        yield f"days-missing: {', '.join(shown)}{more}: ask for the logs of these days."


def _may_hold_other_dates(log: TipFile) -> bool:
    return log.format in _NAMED and bool(log.unmapped)
