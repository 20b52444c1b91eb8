"""Reads what orders name from the facts of a run, and has each document format make its files of it."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.resources import files as resources
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.errors import IntegrityBroken
from leadline.facts.tables import AccountRecordRow, CandidateRow, ObjectRow, PresenceRow, RequestRow, SightingRow
from leadline.stages.referral.columns import TO_VERIFY, values_of
from leadline.stages.referral.contract import DOCUMENTS, Dossier
from leadline.stages.referral.order import Kind
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from leadline.facts.engine import Engine
    from leadline.stages.referral.contract import DocumentFormat, File
    from leadline.stages.referral.order import Item, Order

READS = (CandidateRow, SightingRow, RequestRow, PresenceRow, ObjectRow, AccountRecordRow)
"""The facts that packages are made of; whoever calls lends them to the engine."""
_TABLES = ("referred_candidate", "referred_sighting", "referred_request", "referred_object")
_ORDER_BY = {
    "referred_candidate": "t.rank",
    "referred_sighting": "t.account_key, t.first_access, t.address",
    "referred_request": "t.holder, t.country, t.instant_utc, t.request_id",
    "referred_object": "t.object_key",
}
_SEEN = ("address", "kind", "country", "holder", "accesses", "without_port", "first_access", "last_access")


@dataclass(frozen=True)
class Release:
    """What was decided about an order after it was drafted."""

    at: datetime
    approved_by: str
    channel: str
    sequence: int
    about_package: Mapping[str, Any]


class Facts:
    """The facts behind several orders of one run, read once."""

    def __init__(self, engine: Engine, orders: Sequence[Order]) -> None:
        """``engine`` has been lent :data:`READS`."""
        self._engine = engine
        named = [(item.account, place) for place, order in enumerate(orders) for item in order.items]
        columns = {"account_key": [key for key, _ in named], "place": [place for _, place in named]}
        schema = pa.schema([("account_key", pa.string()), ("place", pa.int64())])
        engine.table("referred", pa.table(columns, schema=schema))
        self._places = {order.referral: place for place, order in enumerate(orders)}
        for table in _TABLES:
            sql = resources("leadline.stages.referral").joinpath("rules", f"{table}.sql").read_text(encoding="utf-8")
            engine.rule(table, sql, journal=False)

    def dossier(self, order: Order, release: Release) -> Dossier:
        """What one order says, and nothing beyond its columns; :class:`IntegrityBroken` for an account that is gone."""
        place = self._places[order.referral]
        rows = {row["account_key"]: row for row in self._rows("referred_candidate", place)}
        gone = [item.lead for item in order.items if item.account not in rows]
        if gone:
            raise IntegrityBroken(
                f"the run holds nothing of lead {gone[0]} any more.",
                where=order.referral,
                advice="Draft the referral anew.",
            )
        self._add_addresses(rows, place)
        asked = self._add_requests(rows, place, order)
        takes_back = order.kind in (Kind.RECALL, Kind.CLEARED)
        allowed = [name for name in TO_VERIFY if name in order.columns]
        return Dossier(
            order=order,
            at=release.at,
            approved_by=release.approved_by,
            channel=release.channel,
            sequence=release.sequence,
            leads=tuple(_shown(order.leads, rows, order.columns)),
            to_verify=tuple(_shown(order.to_verify, rows, allowed)),
            requests=() if takes_back else tuple(asked),
            objects=() if takes_back else tuple(self._objects(place)),
            about_package=release.about_package,
        )

    def _rows(self, table: str, place: int) -> list[dict[str, Any]]:
        sql = f"select t.* from {table} as t where t.place = $place order by {_ORDER_BY[table]}"
        return self._engine.rows(sql, {"place": place})

    def _add_addresses(self, rows: dict[str, dict[str, Any]], place: int) -> None:
        seen: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows("referred_sighting", place):
            seen[row["account_key"]].append({name: row[name] for name in _SEEN})
        for account, row in rows.items():
            row["addresses"] = seen[account]

    def _add_requests(self, rows: dict[str, dict[str, Any]], place: int, order: Order) -> list[dict[str, Any]]:
        """Requests to holders of the order's own jurisdictions; each account keeps their numbers."""
        for row in rows.values():
            row["requests"] = []
        asked = []
        for row in self._rows("referred_request", place):
            if row["country"] in order.jurisdictions:
                rows[row["account_key"]]["requests"].append(row["request_id"])
                asked.append(_request(row))
        return asked

    def _objects(self, place: int) -> Iterator[dict[str, Any]]:
        for row in self._rows("referred_object", place):
            yield {name: value for name, value in row.items() if name != "place"}


def contents(dossier: Dossier) -> Iterator[File]:
    """Every file of the package, those that list the others last."""
    wanted = [one for one in DOCUMENTS.all() if one.always or one.name in dossier.order.documents]
    made: list[tuple[str, str]] = []
    with ThreadPoolExecutor(1) as beside:
        begun = {one.name: beside.submit(_whole, one, dossier) for one in wanted if one.beside}
        for document in sorted(wanted, key=lambda one: (one.last, one.beside, one.name)):
            told = replace(dossier, made=tuple(made)) if document.last else dossier
            files = begun[document.name].result() if document.beside else document.files(told)
            for path, pieces in files:
                made.append((path, document.title))
                yield path, pieces


def _whole(document: DocumentFormat, dossier: Dossier) -> list[File]:
    return [(path, list(pieces)) for path, pieces in document.files(dossier)]


def _shown(
    items: Iterable[Item], rows: Mapping[str, dict[str, Any]], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    named = {item.account: item for item in items}
    for account, row in rows.items():
        if account in named:
            item = named[account]
            yield values_of(
                {**row, "lead": item.lead, "check": item.check, "data_subject": str(item.data_subject)}, columns
            )


def _request(row: Mapping[str, Any]) -> dict[str, Any]:
    gone = row["records_may_be_gone_on"]
    shown = {name: value for name, value in row.items() if name not in ("account_key", "place")}
    return {
        **shown,
        "instant_utc": iso_z(row["instant_utc"]),
        "records_may_be_gone_on": gone.isoformat() if gone else "unknown",
        "preserve": "yes",
    }
